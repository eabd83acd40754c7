using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>The limits of <c>model.json</c>, with the meaning that MLflow's model validation gives them.</summary>
internal static class ThresholdCheck
{
    /// <summary>One sentence for each limit that is missed, in ordinal order of the metrics' names.</summary>
    /// <param name="verdict">
    /// Has the metrics; changes are against the champion, or the baseline where there is none.
    /// </param>
    public static IEnumerable<string> Misses(
        ModelTask task, IReadOnlyDictionary<string, MetricThreshold> thresholds, GateVerdict verdict)
    {
        var reference = verdict.Champion ?? verdict.Baseline;
        var referenceName = verdict.Champion is null ? "baseline's" : "champion's";
        foreach (var (name, limit) in thresholds.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var metric = MetricCatalog.Find(name, task);
            if (metric is null)
            {
                var known = string.Join(", ", MetricCatalog.For(task).Select(m => m.Name));
                yield return $"{name} has a threshold and is no metric of this task; expected one of {known}.";
                continue;
            }

            if (!verdict.Candidate.TryGetValue(name, out var value))
            {
                yield return $"{name} has a threshold and is not defined on these rows.";
                continue;
            }

            var greater = limit.GreaterIsBetter ?? metric.GreaterIsBetter;
            if (limit.Threshold is { } threshold && (greater ? value < threshold : value > threshold))
            {
                yield return $"{name} is {NumberFormat.Of(value)}, and must be at {(greater ? "least" : "most")} {NumberFormat.Of(threshold)}.";
            }

            if (limit.MinAbsoluteChange is null && limit.MinRelativeChange is null) continue;
            if (!reference.TryGetValue(name, out var before))
            {
                yield return $"{name} cannot be compared with the {referenceName}: it is not defined there.";
                continue;
            }

            var change = greater ? value - before : before - value;
            if (limit.MinAbsoluteChange is { } absolute && change < absolute)
            {
                yield return $"{name} is {NumberFormat.Of(value)} against the {referenceName} {NumberFormat.Of(before)}: " +
                    $"better by {NumberFormat.Of(change, 3)}, and must be by at least {NumberFormat.Of(absolute)}.";
            }

            if (limit.MinRelativeChange is { } relative && !ReachesShare(change, before, relative))
            {
                yield return $"{name} is {NumberFormat.Of(value)} against the {referenceName} {NumberFormat.Of(before)}: " +
                    $"better by {NumberFormat.Percent(change / Math.Abs(before))}, and must be by at least {NumberFormat.Percent(relative)}.";
            }
        }
    }

    /// <summary>There is no share of 0: as in MLflow, any change for the better will do then.</summary>
    private static bool ReachesShare(double change, double before, double relative) =>
        before == 0 ? change > 0 : change / Math.Abs(before) >= relative;
}
