using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>Checks the thresholds of <c>model.json</c>, as MLflow's model validation defines them.</summary>
internal static class ThresholdCheck
{
    /// <summary>One sentence per missed threshold, in ordinal order of the metrics' names.</summary>
    /// <param name="verdict">
    /// Has the metrics; changes are relative to the champion, or to the baseline without one.
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
                yield return $"{name} has a threshold but is not a metric of this task; expected one of {known}.";
                continue;
            }

            if (!verdict.Candidate.TryGetValue(name, out var value))
            {
                yield return $"{name} has a threshold but is not defined on these rows.";
                continue;
            }

            var greater = limit.GreaterIsBetter ?? metric.GreaterIsBetter;
            if (limit.Threshold is { } threshold && (greater ? value < threshold : value > threshold))
            {
                yield return $"{name} is {NumberFormat.Of(value)}, "
                    + $"and must be at {(greater ? "least" : "most")} {NumberFormat.Of(threshold)}.";
            }

            if (limit.MinAbsoluteChange is null && limit.MinRelativeChange is null) continue;
            if (!reference.TryGetValue(name, out var before))
            {
                yield return $"{name} cannot be compared with the {referenceName}: it is not defined there.";
                continue;
            }

            var change = greater ? value - before : before - value;
            var comparison =
                $"{name} is {NumberFormat.Of(value)} against the {referenceName} {NumberFormat.Of(before)}: better by";
            if (limit.MinAbsoluteChange is { } absolute && change < absolute)
            {
                yield return $"{comparison} {NumberFormat.Of(change, 3)}, and must be by at least "
                    + $"{NumberFormat.Of(absolute)}.";
            }

            if (limit.MinRelativeChange is { } relative && !ReachesShare(change, before, relative))
            {
                yield return $"{comparison} {NumberFormat.Percent(change / Math.Abs(before))}, and must be by at least "
                    + $"{NumberFormat.Percent(relative)}.";
            }
        }
    }

    /// <summary>A share of 0 is undefined: as in MLflow, any improvement then suffices.</summary>
    private static bool ReachesShare(double change, double before, double relative) =>
        before == 0 ? change > 0 : change / Math.Abs(before) >= relative;
}
