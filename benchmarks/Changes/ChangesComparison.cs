using Serverless.Tests.Changes;

namespace Serverless.Benchmarks.Changes;

/// <summary>
/// Applies mutations to six real data sets, and counts which are reported, and how often an untouched next file is
/// called changed.
/// </summary>
internal static class ChangesComparison
{
    /// <param name="halves">Random halves of each set, beside its blocks.</param>
    /// <param name="seeds">Of each kind of generated files.</param>
    /// <returns>The exit code: 0 where every bar is met.</returns>
    public static async Task<int> RunAsync(
        int halves, int seeds, TextWriter output, CancellationToken cancellationToken)
    {
        var sets = ChangeDataSet.All.Where(s => s.IsThere).ToList();
        foreach (var missing in ChangeDataSet.All.Except(sets))
        {
            await output.WriteLineAsync($"- {missing.Name} is left out: {missing.Folder} does not have its files.");
        }

        var verdicts = new List<MutationSuite.Verdict>();
        var alarms = new List<string?>();
        foreach (var set in sets)
        {
            verdicts.AddRange(await MutationSuite.RunAsync(set, cancellationToken));
            alarms.AddRange(await MutationSuite.UntouchedAsync(set, halves, cancellationToken));
        }

        alarms.AddRange(await MutationSuite.GeneratedAsync(seeds, cancellationToken));
        await output.WriteLineAsync(
            "| mutation | must be told | told | of | not as it must be |\n| --- | --- | ---: | ---: | --- |");
        foreach (var group in verdicts.GroupBy(v => v.Mutation.Name))
        {
            var tried = group.Where(v => v.IsRight is not null).ToList();
            var wrong = string.Join(", ", tried.Where(v => v.IsRight == false).Select(v => v.Set));
            var isTold = tried[0].Mutation.IsTold;
            await output.WriteLineAsync(
                $"| {group.Key} | {(isTold ? "yes" : "no")} | {tried.Count(v => v.IsRight == isTold)} | {tried.Count} "
                + $"| {wrong} |");
        }

        await output.WriteLineAsync();
        foreach (var alarm in alarms.OfType<string>()) await output.WriteLineAsync($"- {alarm}");
        var mutations = verdicts.Where(v => v is { Mutation.IsTold: true, IsRight: not null }).ToList();
        var others = verdicts.Where(v => v is { Mutation.IsTold: false, IsRight: not null }).ToList();
        return await Bar.PrintAsync(
            [
                new($"share of the {mutations.Count} mutations that is told",
                    Share(mutations, true), 0.95, AtLeast: true),
                new($"share of {others.Count} other forms of the same file that is called changed",
                    Share(others, false), 0, AtLeast: false),
                new($"share of {alarms.Count} untouched next files that is called changed",
                    (double)alarms.Count(a => a is not null) / alarms.Count, 0.02, AtLeast: false),
            ],
            output);
    }

    private static double Share(List<MutationSuite.Verdict> verdicts, bool isRight) =>
        (double)verdicts.Count(v => v.IsRight == isRight) / verdicts.Count;
}
