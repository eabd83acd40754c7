using Serverless.Tests.Intake;

namespace Serverless.Benchmarks.Intake;

/// <summary>
/// The files of the intake corpus through inference and reading, beside the truth, and beside what pandas' defaults
/// make of them.
/// </summary>
internal static class IntakeComparison
{
    /// <param name="only">Part of the names of the files to compare; null compares all.</param>
    /// <param name="keep">Folder to write the files to; null writes them to a temporary one.</param>
    /// <returns>The exit code: 0 where every bar is met.</returns>
    public static Task<int> RunAsync(
        string python, string? only, string? keep, TextWriter output, CancellationToken cancellationToken) =>
        keep is null
            ? Workplace.InFolderAsync("intake", folder => CompareAsync(python, only, folder, output, cancellationToken))
            : CompareAsync(python, only, keep, output, cancellationToken);

    private static async Task<int> CompareAsync(
        string python, string? only, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        var all = await IntakeCorpus.AllAsync();
        IntakeFile[] files = [.. all.Where(f => only is null || f.Name.Contains(only, StringComparison.Ordinal))];
        var peers = await PandasPeer.RunAsync(python, files, folder, cancellationToken);
        var verdicts = new List<IntakeVerdict>();
        foreach (var file in files) verdicts.Add(await IntakeJudge.JudgeAsync(file, cancellationToken));

        await output.WriteLineAsync(
            "| file | columns | ours right | lost | wrong | task | pandas right |\n"
            + "| --- | ---: | ---: | ---: | ---: | --- | ---: |");
        foreach (var (verdict, peer) in verdicts.Zip(peers)) await output.WriteLineAsync(Line(verdict, peer));
        await PrintFamiliesAsync(verdicts, peers, output);
        await PrintFaultsAsync(verdicts, output);
        return await Bar.PrintAsync(
            [
                AtMostNone("numeric or date columns lost without a word", verdicts.Sum(Lost)),
                AtMostNone("files with a wrong task or label", verdicts.Count(v => !v.TaskIsRight)),
                AtMostNone("files refused", verdicts.Count(v => v.Rejection is not null)),
                AtMostNone("columns of another kind, with wrong values, or unsaid", verdicts.Sum(Wrong)),
            ],
            output);
    }

    private static Bar AtMostNone(string what, int count) => new(what, count, 0, AtLeast: false);

    private static int Lost(IntakeVerdict verdict) => verdict.Count(IntakeOutcome.Lost);

    private static int Wrong(IntakeVerdict verdict) => verdict.Columns.Count - Lost(verdict)
        - verdict.Count(IntakeOutcome.Right) - verdict.Count(IntakeOutcome.Refused);

    private static string Line(IntakeVerdict verdict, PandasPeer.Result peer)
    {
        var task = verdict.Rejection is not null ? "refused" : verdict.TaskIsRight ? "right" : "WRONG";
        var theirs = peer.Error is null ? $"{peer.Right.Count(r => r)}" : "not read";
        return $"| {verdict.File.Name} | {verdict.Columns.Count} | {verdict.Count(IntakeOutcome.Right)} "
            + $"| {Lost(verdict)} | {Wrong(verdict)} | {task} | {theirs} |";
    }

    private static async Task PrintFamiliesAsync(
        List<IntakeVerdict> verdicts, IReadOnlyList<PandasPeer.Result> peers, TextWriter output)
    {
        await output.WriteLineAsync(
            "\n| family | files | columns | ours right | lost | wrong tasks | refused files | pandas right |\n"
            + "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var pairs = verdicts.Zip(peers).ToList();
        var groups = pairs.GroupBy(p => p.First.File.Family).Select(g => (Name: g.Key, Pairs: g.ToList()))
            .Append(("all", pairs));
        foreach (var (name, group) in groups)
        {
            await output.WriteLineAsync(
                $"| {name} | {group.Count} | {group.Sum(p => p.First.Columns.Count)} "
                + $"| {group.Sum(p => p.First.Count(IntakeOutcome.Right))} | {group.Sum(p => Lost(p.First))} "
                + $"| {group.Count(p => !p.First.TaskIsRight)} "
                + $"| {group.Count(p => p.First.Rejection is not null)} "
                + $"| {group.Sum(p => p.Second.Right.Count(r => r))} |");
        }

        await output.WriteLineAsync();
    }

    /// <summary>Says of each fault what was found.</summary>
    private static async Task PrintFaultsAsync(List<IntakeVerdict> verdicts, TextWriter output)
    {
        foreach (var verdict in verdicts)
        {
            var name = verdict.File.Name;
            if (verdict.Rejection is { } why)
            {
                await output.WriteLineAsync($"- {name}: refused: {why}");
                continue;
            }

            if (!verdict.TaskIsRight)
            {
                await output.WriteLineAsync(
                    $"- {name}: expected {verdict.File.Label}: {string.Join(" or ", verdict.File.Tasks)}, "
                    + $"found {verdict.Told}");
            }

            foreach (var column in verdict.Columns.Where(c => c.Outcome != IntakeOutcome.Right))
            {
                await output.WriteLineAsync(
                    $"- {name}, {column.Column.Name} ({column.Column.Kind}): {column.Outcome}: {column.Found}");
            }
        }

        await output.WriteLineAsync();
    }
}
