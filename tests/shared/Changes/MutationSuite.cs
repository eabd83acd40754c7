using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Tests.Changes;

/// <summary>
/// Runs each mutation of each data set, and counts alarms on untouched next files.
/// </summary>
internal static class MutationSuite
{
    /// <param name="Told">What told it, or what was told although nothing had changed; null if nothing was.</param>
    /// <param name="IsRight">Null where the mutation does not apply.</param>
    public sealed record Verdict(string Set, Mutation Mutation, bool? IsRight, string? Told);

    /// <summary>Each mutation on one data set.</summary>
    public static async Task<List<Verdict>> RunAsync(ChangeDataSet set, CancellationToken cancellationToken)
    {
        var table = set.Read();
        var definition = set.ReadDefinition();
        var before = table with { Rows = [.. table.Rows.Take(set.Length.Before)] };
        var now = table with { Rows = [.. table.Rows.Skip(set.Length.Before).Take(set.Length.Now)] };
        var verdicts = new List<Verdict>();
        var first = await FirstAsync(before, definition, cancellationToken);
        foreach (var mutation in Mutations.All)
        {
            var (old, next) = (mutation.Prepare(set, before), mutation.Prepare(set, now));
            if (mutation.Change(set, old, next) is not { } changed)
            {
                verdicts.Add(new Verdict(set.Name, mutation, null, null));
                continue;
            }

            var reference = ReferenceEquals(old, before) ? first : await FirstAsync(old, definition, cancellationToken);
            var found = await ChangeTrial.RunAsync(
                changed.ToBytes(), "next.csv", reference.Definition, reference.Profile, cancellationToken);
            var told = mutation.IsTold ? Telling(found, mutation, set) : FalseAlarm(found);
            verdicts.Add(new Verdict(set.Name, mutation, mutation.IsTold == told is not null, told));
        }

        return verdicts;
    }

    /// <summary>Untouched next files: of consecutive blocks of several lengths, and of random halves.</summary>
    /// <returns>Each with its false alarm, null without one.</returns>
    public static async Task<List<string?>> UntouchedAsync(
        ChangeDataSet set, int halves, CancellationToken cancellationToken)
    {
        var table = set.Read();
        var definition = set.ReadDefinition();
        var alarms = new List<string?>();
        foreach (var blocks in (int[])[3, 5, 8])
        {
            var length = Math.Min(4_000, table.Rows.Count / blocks);
            var first = await FirstAsync(Part(0), definition, cancellationToken);
            var before = first.Profile;
            for (var b = 1; b < blocks; b++)
            {
                var next = await ChangeTrial.RunAsync(
                    Part(b).ToBytes(), $"{b}.csv", first.Definition, before, cancellationToken);
                alarms.Add(Name(FalseAlarm(next), $"block {b} of {blocks}"));
                before = next.Profile ?? before;
            }

            ChangeTable Part(int block) =>
                table with { Rows = [.. table.Rows.Skip(block * length).Take(length)] };
        }

        var random = new SplitMix64(17);
        for (var h = 0; h < halves; h++)
        {
            var isFirst = table.Rows.Take(6_000).Select(_ => random.NextInt32(2) == 0).ToList();
            var first = await FirstAsync(
                table with { Rows = [.. table.Rows.Take(6_000).Where((_, i) => isFirst[i])] }, definition,
                cancellationToken);
            var next = await ChangeTrial.RunAsync(
                (table with { Rows = [.. table.Rows.Take(6_000).Where((_, i) => !isFirst[i])] }).ToBytes(),
                "half.csv", first.Definition, first.Profile, cancellationToken);
            alarms.Add(Name(FalseAlarm(next), $"half {h}"));
        }

        return alarms;

        string? Name(string? alarm, string where) => alarm is null ? null : $"{set.Name}, {where}: {alarm}";
    }

    /// <summary>Generated files, each the next one of the one before.</summary>
    /// <inheritdoc cref="UntouchedAsync"/>
    public static async Task<List<string?>> GeneratedAsync(int seeds, CancellationToken cancellationToken)
    {
        const int Files = 4;
        var alarms = new List<string?>();
        foreach (var (name, draw) in GeneratedFiles.All)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var files = draw(new SplitMix64((ulong)seed), Files);
                var first = await FirstAsync(files[0], new ModelDefinition(), cancellationToken);
                var before = first.Profile;
                foreach (var (i, file) in files.Skip(1).Index())
                {
                    var next = await ChangeTrial.RunAsync(
                        file.ToBytes(), $"{i + 1}.csv", first.Definition, before, cancellationToken);
                    alarms.Add(FalseAlarm(next) is { } alarm ? $"{name} {seed}, file {i + 1}: {alarm}" : null);
                    before = next.Profile ?? before;
                }
            }
        }

        return alarms;
    }

    private static async Task<ChangeTrial> FirstAsync(
        ChangeTable table, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var first = await ChangeTrial.RunAsync(table.ToBytes(), "first.csv", definition, null, cancellationToken);
        if (first.Profile is null) throw new InvalidDataException(first.Report.Rejection);
        return first;
    }

    /// <summary>The anomaly or rejection that names the right column or cause.</summary>
    private static string? Telling(ChangeTrial found, Mutation mutation, ChangeDataSet set)
    {
        var columns = mutation.Columns(set);
        var telling = found.Changes.Concat(found.Report.Anomalies).FirstOrDefault(a => mutation.Codes.Contains(a.Code)
            && (columns.Length == 0 || columns.Contains(a.Column)));
        if (telling is not null) return telling.ToString();
        var why = found.Report.Rejection;
        return why is not null && columns.Any(c => why.Contains($"'{c}'", StringComparison.Ordinal)) ? why : null;
    }

    /// <summary>Describes the reported changes or the rejection; null without either.</summary>
    private static string? FalseAlarm(ChangeTrial found) =>
        found.Report.Rejection ?? (found.Changes.Count > 0 ? found.Changes[0].ToString() : null);
}
