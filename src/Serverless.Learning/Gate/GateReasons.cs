using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Gate;

/// <summary>Words the comparison with champion and baseline for readers who are not data scientists.</summary>
internal static class GateReasons
{
    public const string Promoting = "Promoted: ";
    public const string Passing = "Passed: ";

    /// <summary>The reasons against; empty if the candidate is significantly better.</summary>
    /// <param name="overBaseline">
    /// The candidate's improvement over the baseline; null if too uncertain to compute.
    /// </param>
    public static IEnumerable<string> NotBetter(
        GateVerdict verdict, Metric metric, double minimumImprovement, ImprovementInterval? overBaseline)
    {
        var required = verdict.Champion is null ? 0 : minimumImprovement;
        if (verdict.Improvement is not { } improvement)
        {
            yield return Unknown(verdict, metric);
        }
        else if (improvement.Lower <= required)
        {
            yield return $"{Comparison(verdict)}, and must be above {NumberFormat.Of(required)}.";
        }

        if (verdict.Champion is null || overBaseline is null or { Lower: > 0 }) yield break;
        yield return $"{metric.Name} is {NumberFormat.Of(verdict.Candidate[metric.Name])} against the "
            + $"{NumberFormat.Of(verdict.Baseline[metric.Name])} of the baseline, which uses no feature: "
            + "not significantly better "
            + $"(95 % lower bound of the improvement {NumberFormat.Of(overBaseline.Lower, 3)}).";
    }

    public static IEnumerable<string> Promoted(GateVerdict verdict, GateInput input)
    {
        var required = verdict.Champion is null ? 0 : input.Settings.MinimumImprovement;
        yield return $"{Promoting}{Comparison(verdict)}, above the required {NumberFormat.Of(required)}.";
        if (verdict.Champion is not null && verdict.Baseline.TryGetValue(verdict.Metric, out var baseline))
        {
            yield return $"The baseline, which uses no feature, has {NumberFormat.Of(baseline)}.";
        }

        var thresholds = input.Settings.Thresholds.Count;
        if (thresholds > 0) yield return $"{NumberFormat.Count(thresholds, "threshold")} of model.json met.";
        var slices = SliceCheck.Judged(input).Count();
        if (verdict.Champion is not null && slices > 0)
        {
            yield return $"Significantly worse on none of the {NumberFormat.Count(slices, "slice")} "
                + $"with at least {SliceCheck.MinRows} rows.";
        }
    }

    private static string Comparison(GateVerdict verdict)
    {
        var (name, improvement) = (verdict.Metric, verdict.Improvement!);
        var reference = verdict.Champion is null
            ? $"the baseline's {NumberFormat.Of(verdict.Baseline[name])} (no champion yet)"
            : $"the champion's {NumberFormat.Of(verdict.Champion[name])} (version {verdict.ChampionVersion})";
        return $"on {NumberFormat.Count(verdict.Rows, "held-out row")} {name} is "
            + $"{NumberFormat.Of(verdict.Candidate[name])} against {reference}; the improvement of "
            + $"{NumberFormat.Of(improvement.Estimate, 3)} has a 95 % lower bound of "
            + $"{NumberFormat.Of(improvement.Lower, 3)}";
    }

    private static string Unknown(GateVerdict verdict, Metric metric)
    {
        var rows = NumberFormat.Count(verdict.Rows, "held-out row");
        var why = metric is Auc or F1 or Precision or Recall ? "; it needs enough rows of both classes" : "";
        if (!verdict.Candidate.ContainsKey(metric.Name))
        {
            return $"on {rows} {metric.Name} is not defined for the candidate{why}.";
        }

        if (!(verdict.Champion ?? verdict.Baseline).ContainsKey(metric.Name))
        {
            var reference = verdict.Champion is null ? "baseline" : $"champion (version {verdict.ChampionVersion})";
            return $"on {rows} {metric.Name} is not defined for the {reference}, so they cannot be compared{why}.";
        }

        return $"{rows} are too few to tell by {metric.Name} whether the candidate is better{why}.";
    }
}
