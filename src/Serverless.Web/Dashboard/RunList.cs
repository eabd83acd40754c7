using Serverless.Core.Alerting;
using Serverless.Core.Reports;
using Serverless.Core.Training;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;

namespace Serverless.Web.Dashboard;

/// <summary>Runs as they go, runs as they ended, and alerts.</summary>
internal static class RunList
{
    /// <summary>One bar for each run that goes on, and a word on those that broke off.</summary>
    public static Html? UnderWay(IReadOnlyList<RunProgressState> runs, DateTimeOffset now) =>
        runs.Count == 0 ? null : Html.Each(runs, run => run.IsLive(now) ? Bar(run, now) : BrokenOff(run, now));

    /// <summary>Null where there are no items.</summary>
    public static Html? Of<T>(IEnumerable<T> items, Func<T, Html?> item) =>
        Html.When(items.Any(), $"""<ul class="list">{Html.Each(items, item)}</ul>""");

    public static Html? Ended(IEnumerable<RunRecord> runs, bool isOfMany, DateTimeOffset now) => Of(runs, run => $"""
        <li><span class="when">{DashboardText.Ago(run.EndedAt, now)}</span>{DashboardText.Outcome(run.Outcome)}
        <strong>{(isOfMany ? $"{run.Model}: {run.File}" : run.File)}</strong><p>{run.Message}</p>{Intake(run)}
        <p class="note">By {run.Trigger}, in {Duration(run.EndedAt - run.StartedAt)}{BadRows(run)}.</p></li>
        """);

    /// <summary>How the columns were understood, folded up.</summary>
    private static Html? Intake(RunRecord run) => Html.When(run.Intake.Count > 0, $"""
        <details><summary>How its columns were read</summary>{Html.Each(run.Intake, line => $"<p>{line}</p>")}
        {Html.When(run.Columns.Count > 0, $"{IntakeTable.Of(run.Columns)}")}</details>
        """);

    /// <summary>One check can raise two alerts with the same words.</summary>
    public static Html? Alerts(IEnumerable<Alert> alerts, bool isOfMany, DateTimeOffset now) =>
        Of(alerts.GroupBy(a => (a.Model, a.Version, a.File, a.Message)), same =>
        {
            Html kinds = Html.Each(same.Select(a => a.Kind).Distinct(), k => $"{DashboardText.Chip("bad", Kind(k))} ");
            var subject = same.Key.File ?? $"version {NumberFormat.Of(same.Key.Version ?? 0)}";
            return $"""
                <li><span class="when">{DashboardText.Ago(same.First().At, now)}</span>{kinds}
                <strong>{(isOfMany ? $"{same.Key.Model}, " : "")}{subject}</strong><p>{same.Key.Message}</p></li>
                """;
        });

    private static Html Bar(RunProgressState run, DateTimeOffset now)
    {
        var percent = Math.Clamp((int)(100 * run.Progress), 0, 100);
        return $"""
            <div class="live-run"><p>{DashboardText.Chip("blue", "Training")} <strong>{run.File}</strong>: {run.Message}
            <span class="note">{percent} %, since {Duration(now - run.StartedAt)}</span></p>
            <progress max="100" value="{percent}" aria-label="Progress of {run.File} of {run.Model}"></progress></div>
            """;
    }

    private static Html BrokenOff(RunProgressState run, DateTimeOffset now) => $"""
        <div class="live-run"><p>{DashboardText.Chip("bad", "Broke off")} <strong>{run.File}</strong>: {run.Message}
        <span class="note">Last heard of {DashboardText.Ago(run.At, now)}; it will be tried again.</span></p></div>
        """;

    private static string BadRows(RunRecord run)
    {
        var bad = run.Reports.Sum(r => r.BadRows);
        return bad == 0 ? "" : $"; {NumberFormat.Count(bad, "row")} put aside";
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds < 1 ? "under 1 s"
        : time.TotalSeconds < 90 ? $"{Math.Round(time.TotalSeconds):0} s"
        : time.TotalMinutes < 90 ? $"{Math.Round(time.TotalMinutes):0} min"
        : $"{Math.Round(time.TotalHours):0} h";

    private static string Kind(AlertKind kind) => kind switch
    {
        AlertKind.Staleness => "Stale",
        AlertKind.Drift => "Drift",
        AlertKind.PredictionDrift => "Predictions drift",
        AlertKind.RollBack => "Rolled back",
        AlertKind.RejectedFile => "Rejected",
        AlertKind.UnreadableVersion => "Cannot be loaded",
        AlertKind.UnusableDefinition => "model.json",
        AlertKind.MissingFile => "No file",
        AlertKind.DanglingAlias => "Deleted",
        AlertKind.Schedule => "Nothing new",
        AlertKind.Source => "Not pulled",
        _ => kind.ToString(),
    };
}
