using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>The page at <c>/models/{model}</c>: everything about one model.</summary>
internal static class ModelPage
{
    private const int ChangesShown = 20;

    public static string Write(ModelStatus status, DateTimeOffset now)
    {
        var isRunning = status.UnderWay.Any(r => r.IsLive(now));
        Html content = $"""
            <div class="head" id="head" data-part><div><h1 id="title" tabindex="-1">{status.Model}</h1>
            <p class="summary">{Summary(status, now)}</p></div>{ModelActions.Of(status)}</div>
            {Section("deleted", "Deleted versions that an alias names", Panel(OverviewPage.Dangling(status)))}
            {Unreadable(status.Unreadable.Select(u => u.Why))}
            {Section("under-way", "Under way", Panel(RunList.UnderWay(status.UnderWay, now)))}
            {Challenger(status, now)}
            {Section("alerts", "Alerts of the last week", RunList.Alerts(status.Alerts, isOfMany: false, now))}
            {Section("traffic", "Traffic", TrafficPanel.Of(status))}
            {Section("drift", "Drift", DriftPanel.Of(status, now))}
            {Section("age", "Age", Panel(Age(status)))}
            {Section("versions", "Versions", VersionTable.Of(status, now))}
            {Section("runs", "Last runs", RunList.Ended(status.Runs, isOfMany: false, now))}
            {Section("history", "What was changed, by whom and why", History(status.Aliases.History, now))}
            """;
        return DashboardPage.Write(status.Model, isRunning, now, content);
    }

    /// <summary>What is left to say of a model whose aliases are damaged.</summary>
    public static string Write(UnreadableModel model, DateTimeOffset now)
    {
        Html content = $"""
            <div class="head" id="head" data-part><div><h1 id="title" tabindex="-1">{model.Model}</h1></div></div>
            {Unreadable([model.Why])}
            """;
        return DashboardPage.Write(model.Model, isRunning: false, now, content);
    }

    private static Html? Section(string id, string heading, Html? content) =>
        OverviewPage.Section(id, heading, content);

    private static Html? Panel(Html? content) =>
        Html.When(content is not null, $"""<div class="panel">{content}</div>""");

    private static Html? Unreadable(IEnumerable<string> reasons) =>
        Section("unreadable", "Cannot be read", Panel(OverviewPage.Unreadable(reasons)));

    private static Html Summary(ModelStatus status, DateTimeOffset now)
    {
        if (status.Champion is not { } champion) return OverviewPage.Live(status);
        return $"""
            {OverviewPage.Live(status)} {champion.Verdict.Metric} {DashboardText.Score(champion)} on
            {NumberFormat.Count(champion.Verdict.Rows, "held-out row")} · by {champion.Trainer}, made
            {DashboardText.Ago(champion.CreatedAt, now)} · {DashboardText.ReportLink(champion)}
            """;
    }

    private static Html Age(ModelStatus status) => $"""
        <p>{OverviewPage.Age(status)} {status.Staleness?.Summary} {status.Staleness?.NoRetrain}</p>
        """;

    private static Html? Challenger(ModelStatus status, DateTimeOffset now)
    {
        if (status.Aliases.LiveRollout is { } rollout)
        {
            return Section("roll-out", "Roll-out", RolloutPanel.Of(rollout, status, now));
        }

        if (status.Aliases.Challenger is not { } version) return null;
        return Section("approval", "Waits for approval", Panel($"""
            <p>Version {NumberFormat.Of(version)} goes live when somebody approves it.
            {status.Version(version)?.Verdict.Reasons[0]}</p>
            """));
    }

    private static Html? History(IReadOnlyList<AliasChange> history, DateTimeOffset now) =>
        RunList.Of(history.Reverse().Take(ChangesShown), change => $"""
            <li><span class="when">{DashboardText.Ago(change.At, now)}</span><strong>{What(change)}</strong>
            <span class="note">by {change.By}</span><p>{change.Reason}</p></li>
            """);

    private static string What(AliasChange change)
    {
        var alias = change.Alias == Alias.Champion ? "Champion" : "Challenger";
        if (change.To is not { } to) return $"{alias}: none any more";
        return change.From == to
            ? $"{alias}: still version {NumberFormat.Of(to)}"
            : $"{alias}: version {NumberFormat.Of(to)}";
    }
}
