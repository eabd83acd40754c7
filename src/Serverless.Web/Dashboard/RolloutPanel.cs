using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>A live roll-out: where it is, and how the challenger does beside the champion.</summary>
internal static class RolloutPanel
{
    public static string InWords(Rollout rollout)
    {
        var what = rollout.Strategy == RolloutStrategy.Shadow
            ? $"Version {NumberFormat.Of(rollout.Version)} scores in the shadow of version "
                + $"{NumberFormat.Of(rollout.Against)}, and answers nobody"
            : $"Version {NumberFormat.Of(rollout.Version)} answers {NumberFormat.Percent(rollout.Percent / 100)} of "
                + $"the requests, step {NumberFormat.Of(rollout.Step)} of {NumberFormat.Of(rollout.Steps)}";
        return rollout.Status == RolloutStatus.AwaitingApproval ? $"{what}; it waits for approval." : $"{what}.";
    }

    public static Html Bar(Rollout rollout) => rollout.Strategy == RolloutStrategy.Shadow ? Html.Raw("") : $"""
        <progress max="100" value="{rollout.Percent}"
        aria-label="Share of version {NumberFormat.Of(rollout.Version)}"></progress>
        """;

    public static Html Of(Rollout rollout, ModelStatus status, DateTimeOffset now)
    {
        var judgement = status.Judgement;
        // A judgement of an earlier roll-out, or of an earlier step, says nothing of this one.
        var isOfThis = judgement?.Version == rollout.Version && judgement.StepStartedAt == rollout.StepStartedAt;
        return $"""
            <div class="panel"><p>{InWords(rollout)}
            <span class="note">The step began {DashboardText.Ago(rollout.StepStartedAt, now)},
            the roll-out {DashboardText.Ago(rollout.StartedAt, now)}.</span></p>{Bar(rollout)}
            <p class="note">{(status.Knows(nameof(status.Judgement))
                ? Last(judgement, rollout, now)
                : DashboardText.Unreadable)}</p></div>{(isOfThis ? Sides(judgement!) : null)}
            """;
    }

    private static Html Last(RolloutReport? judgement, Rollout rollout, DateTimeOffset now) =>
        judgement?.Version == rollout.Version
        ? $"Last judged {DashboardText.Ago(judgement.CheckedAt, now)}: {judgement.Reason}"
        : (Html)$"It has not been judged yet.";

    private static Html Sides(RolloutReport report)
    {
        (string Name, int Version, SideReport Side)[] sides =
        [
            ("Champion", report.Against, report.Champion), ("Challenger", report.Version, report.Challenger)
        ];
        Html rows = Html.Each(sides, s => $"""
            <tr><th scope="row">{s.Name}, version {NumberFormat.Of(s.Version)}</th>
            {Table.Number("requests", NumberFormat.Of(s.Side.Requests))}
            {Table.Number("failed", NumberFormat.Of(s.Side.Errors))}
            {Table.Number("median a row", DashboardText.Milliseconds(s.Side.P50))}
            {Table.Number("p95 a row", DashboardText.Milliseconds(s.Side.P95))}
            {Table.Number("metric", s.Side.Metric is { } m ? NumberFormat.Of(m) : "–")}</tr>
            """);
        Html head = $"""
            {Table.Columns("In this step")}
            {Table.NumberColumns("Requests", "Failed", "Median a row", "95 % a row", "Metric on feedback")}
            """;
        return DashboardText.Framed("Champion and challenger in this step", head, rows);
    }
}
