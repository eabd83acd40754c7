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
            <div class="head" id="head" data-part><div><h1 id="title" tabindex="-1">{status.Model}</h1><p class="summary">{Summary(status, now)}</p></div>{ModelActions.Of(status)}</div>
            {(status.Unreadable.Count > 0 ? OverviewPage.Section("unreadable", "Cannot be read", Panel(OverviewPage.Unreadable(status.Unreadable.Select(u => u.Why)))) : null)}
            {(status.UnderWay.Count > 0 ? OverviewPage.Section("under-way", "Under way", Panel(RunList.UnderWay(status.UnderWay, now))) : null)}
            {Challenger(status, now)}
            {(status.Alerts.Count > 0 ? OverviewPage.Section("alerts", "Alerts of the last week", RunList.Alerts(status.Alerts, isOfMany: false, now)) : null)}
            {OverviewPage.Section("traffic", "Traffic", TrafficPanel.Of(status))}
            {OverviewPage.Section("drift", "Drift", DriftPanel.Of(status, now))}
            {OverviewPage.Section("age", "Age", Panel($"<p>{OverviewPage.Age(status)} {status.Staleness?.Summary}</p>"))}
            {OverviewPage.Section("versions", "Versions", VersionTable.Of(status, now))}
            {(status.Runs.Count > 0 ? OverviewPage.Section("runs", "Last runs", RunList.Ended(status.Runs, isOfMany: false, now)) : null)}
            {(status.Aliases.History.Count > 0 ? OverviewPage.Section("history", "What was changed, by whom and why", History(status.Aliases.History, now)) : null)}
            """;
        return DashboardPage.Write(status.Model, isRunning, now, content);
    }

    /// <summary>What is left to say of a model whose aliases are damaged.</summary>
    public static string Write(UnreadableModel model, DateTimeOffset now)
    {
        Html content = $"""
            <div class="head" id="head" data-part><div><h1 id="title" tabindex="-1">{model.Model}</h1></div></div>
            {OverviewPage.Section("unreadable", "Cannot be read", Panel(OverviewPage.Unreadable([model.Why])))}
            """;
        return DashboardPage.Write(model.Model, isRunning: false, now, content);
    }

    private static Html Panel(Html? content) => $"""<div class="panel">{content}</div>""";

    private static Html Summary(ModelStatus status, DateTimeOffset now)
    {
        if (status.Champion is not { } champion) return OverviewPage.Live(status);
        return $"""
            {OverviewPage.Live(status)} {champion.Verdict.Metric} {DashboardText.Score(champion)} on {NumberFormat.Count(champion.Verdict.Rows, "held-out row")} · by {champion.Trainer}, made {DashboardText.Ago(champion.CreatedAt, now)} · {DashboardText.ReportLink(champion)}
            """;
    }

    private static Html? Challenger(ModelStatus status, DateTimeOffset now)
    {
        if (status.Aliases.LiveRollout is { } rollout)
        {
            return OverviewPage.Section("roll-out", "Roll-out", RolloutPanel.Of(rollout, status, now));
        }

        if (status.Aliases.Challenger is not { } version) return null;
        return OverviewPage.Section("approval", "Waits for approval", Panel(
            $"<p>Version {NumberFormat.Of(version)} goes live when somebody approves it. {status.Version(version)?.Verdict.Reasons[0]}</p>"));
    }

    private static Html History(IReadOnlyList<AliasChange> history, DateTimeOffset now)
    {
        Html items = Html.Each(history.Reverse().Take(ChangesShown), change => $"""
            <li><span class="when">{DashboardText.Ago(change.At, now)}</span><strong>{What(change)}</strong> <span class="note">by {change.By}</span><p>{change.Reason}</p></li>
            """);
        return $"""<ul class="list">{items}</ul>""";
    }

    private static string What(AliasChange change)
    {
        var alias = change.Alias == Alias.Champion ? "Champion" : "Challenger";
        if (change.To is not { } to) return $"{alias}: none any more";
        return change.From == to
            ? $"{alias}: still version {NumberFormat.Of(to)}"
            : $"{alias}: version {NumberFormat.Of(to)}";
    }
}
