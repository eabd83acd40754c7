using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>
/// Finds slices on which the candidate is significantly worse than the champion: the interval of its improvement there
/// lies below 0. The 5 % are shared among the slices (Bonferroni), since with many slices one would seem worse by
/// chance.
/// </summary>
public static class SliceCheck
{
    /// <summary>Smaller slices are not judged; nor are those on which the metric is not defined.</summary>
    public const int MinRows = 50;

    public static IOrderedEnumerable<KeyValuePair<string, int[]>> Judged(GateInput input) =>
        input.Slices.Where(s => s.Value.Length >= MinRows).OrderBy(s => s.Key, StringComparer.Ordinal);

    /// <summary>
    /// One sentence per slice on which the candidate is significantly worse, in ordinal order of the slices' names.
    /// </summary>
    public static IEnumerable<string> Losses(
        GateInput input, Predictions champion, ulong seed, CancellationToken cancellationToken)
    {
        var judged = Judged(input).ToArray();
        foreach (var (name, rows) in judged)
        {
            var candidate = input.Candidate.Select(rows);
            var before = champion.Select(rows);
            var blockLength = PromotionGate.BlockLength(rows.Length, input.TimeOrdered);
            var improvement = PairedBootstrap.Run(
                input.Metric, candidate, before, blockLength, seed, cancellationToken);
            if (improvement is null) continue;
            var atMost = improvement.Upper(0.05 / judged.Length);
            if (atMost >= 0) continue;
            var (now, then) = (
                NumberFormat.Of(input.Metric.Compute(candidate)), NumberFormat.Of(input.Metric.Compute(before)));
            yield return $"{input.Metric.Name} on the {NumberFormat.Count(rows.Length, "row")} where {name} is {now} " +
                $"against the champion's {then}: significantly worse, by at least {NumberFormat.Of(-atMost, 2)}.";
        }
    }
}
