using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>The top of the report: which version, whether it goes live, why, and what it is for.</summary>
internal static class VerdictSection
{
    public static Html Of(ReportInput input)
    {
        var manifest = input.Manifest;
        var verdict = manifest.Verdict;
        var rollout = manifest.Definition.Rollout;
        var badge = verdict switch
        {
            { Passes: false } => "✕ Not promoted",
            { Promotes: false } => "✓ Passed, waits for approval",
            { ChampionVersion: not null } when rollout.Strategy != RolloutStrategy.BlueGreen =>
                $"✓ Passed, is rolled out as a {(rollout.Strategy == RolloutStrategy.Canary ? "canary" : "shadow")}",
            _ => rollout.Approval == ApprovalMode.Manual ? "✓ Passed, waits for approval" : "✓ Promoted",
        };
        return $"""
            <header><div><p class="over">Model report</p>
            <h1>{manifest.Model} <span class="version">version {NumberFormat.Of(manifest.Version)}</span></h1>
            <p><strong class="badge {(verdict.Passes ? "good" : "bad")}">{badge}</strong></p>
            <p class="decision">{verdict.Reasons[0]}</p>
            {More(verdict.Reasons)}
            <p class="lead">{Purpose(manifest)}</p></div>{IntervalPlot.Of(verdict)}</header>
            """;
    }

    private static Html? More(IReadOnlyList<string> reasons)
    {
        if (reasons.Count < 2) return null;
        return $"""<ul class="reasons">{Html.Each(reasons.Skip(1), r => $"<li>{r}</li>")}</ul>""";
    }

    private static string Purpose(Manifest manifest)
    {
        var schema = manifest.Schema;
        var answer = schema.Task switch
        {
            ModelTask.Regression => "a number",
            ModelTask.Binary => "one of two answers, with its probability",
            _ => "one of several answers, with their probabilities",
        };
        var how = schema.TimeColumns.Count > 0
            ? $"the newest by {string.Join(", ", schema.TimeColumns.Select(c => $"“{c}”"))}"
            : "chosen by chance";
        return $"It predicts “{schema.Label}” ({answer}) from {NumberFormat.Count(schema.Features.Count(), "column")}. "
            + $"It learned from {NumberFormat.Count(manifest.Rows.Train, "row")}, used "
            + $"{NumberFormat.Of(manifest.Rows.Validation)} more to choose between "
            + $"{NumberFormat.Count(manifest.Trials.Count, "trial")}, and was judged on "
            + $"{NumberFormat.Of(manifest.Rows.Holdout)} rows that it had never seen, {how}.";
    }
}
