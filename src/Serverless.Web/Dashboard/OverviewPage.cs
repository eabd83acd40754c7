using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Core.Storage;
using Serverless.Core.Traffic;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>
/// The page at <c>/</c>: every model at a glance, what runs, what ended, and what calls for somebody.
/// </summary>
internal static class OverviewPage
{
    private const int RunsShown = 8;
    private const int AlertsShown = 5;
    private const int MisnamedShown = 20;

    /// <param name="misnamed">Folders of datasets/ whose files no model takes.</param>
    /// <param name="dropHint">Where data is dropped, for people: a folder or an account's address.</param>
    public static string Write(
        IReadOnlyList<ModelStatus> models,
        IReadOnlyList<UnreadableModel> unreadable,
        IReadOnlyList<string> misnamed,
        string dropHint,
        DateTimeOffset now)
    {
        var live = models.SelectMany(m => m.UnderWay).Count(r => r.IsLive(now));
        var alerts = models.SelectMany(m => m.Alerts).OrderByDescending(a => a.At).ToList();
        var newest = alerts.Take(AlertsShown);
        var runs = models.SelectMany(m => m.Runs).OrderByDescending(r => r.EndedAt).Take(RunsShown).ToList();
        Html content = $"""
            <h1 id="title" tabindex="-1">Models</h1>
            <p class="summary" id="summary" data-part>{Summary(models, unreadable.Count, live, alerts.Count)}</p>
            {(models.Count + unreadable.Count == 0 ? Nothing() : Cards(models, unreadable, now))}
            {Section("misnamed", "Data that no model takes", Misnamed(misnamed))}
            {Section("alerts", "Alerts of the last week", RunList.Alerts(newest, isOfMany: true, now))}
            {Section("runs", "Last runs", RunList.Ended(runs, isOfMany: true, now))}
            <section id="drop" data-part><h2>Drop data</h2><p class="lead">A CSV file, plain or gzip, under datasets/
            and the model’s name is validated, trained on and compared with the live version. Only what is surely better
            goes live.</p>
            <pre><code>{dropHint}</code></pre></section>
            """;
        return DashboardPage.Write("Models", live > 0, now, content);
    }

    /// <summary>Null where it has no content.</summary>
    public static Html? Section(string id, string heading, Html? content) =>
        Html.When(content is not null, $"""<section id="{id}" data-part><h2>{heading}</h2>{content}</section>""");

    /// <summary>What could not be read; null where all could.</summary>
    public static Html? Unreadable(IEnumerable<string> reasons) => Html.When(
        reasons.Any(),
        Html.Each(reasons, why => $"""<p class="note">{DashboardText.Chip("bad", "Damaged")} {why}</p>"""));

    /// <summary>Aliases whose version was deleted; null where there is none.</summary>
    public static Html? Dangling(ModelStatus status) => Html.When(
        status.Dangling.Count > 0,
        Html.Each(status.Dangling, d => $"""<p class="note">{DashboardText.Chip("bad", "Deleted")} {d.Message}</p>"""));

    private static string Summary(IReadOnlyList<ModelStatus> models, int unreadable, int running, int alerts)
    {
        if (models.Count + unreadable == 0) return "There is none yet.";
        var waiting = models.Count(m => m.Aliases.Challenger is not null && m.Aliases.LiveRollout is null);
        string[] parts =
        [
            $"{NumberFormat.Count(models.Count + unreadable, "model")}, "
                + $"{NumberFormat.Of(models.Count(m => m.Answers is not null))} live",
            .. unreadable > 0 ? (string[])[$"{NumberFormat.Of(unreadable)} that cannot be read"] : [],
            .. running > 0
                ? (string[])[$"{NumberFormat.Count(running, "run")} under way"]
                : Knows(nameof(ModelStatus.UnderWay)) ? ["nothing is trained just now"] : [],
            .. waiting > 0 ? (string[])[$"{NumberFormat.Of(waiting)} waiting for approval"] : [],
            .. alerts > 0
                ? (string[])[$"{NumberFormat.Count(alerts, "alert")} in the last week"]
                : Knows(nameof(ModelStatus.Alerts)) ? ["no alerts in the last week"] : [],
        ];
        return string.Join(" · ", parts);

        bool Knows(string part) => unreadable == 0 && models.All(m => m.Knows(part));
    }

    private static Html? Misnamed(IReadOnlyList<string> folders)
    {
        var items = RunList.Of(folders.Take(MisnamedShown), folder => $"""
            <li>{DashboardText.Chip("bad", "Not a model’s name")} <strong>datasets/{folder}/</strong>
            <p>Expected {BlobPaths.ModelNameRule}, found ‘{folder}’. {Rename(folder)}</p></li>
            """);
        var more = folders.Count - MisnamedShown;
        return more > 0 ? (Html)$"""{items}<p class="note">And {NumberFormat.Of(more)} more.</p>""" : items;
    }

    private static string Rename(string folder) => BlobPaths.SuggestModelName(folder) is { } name
        ? $"Rename the folder to datasets/{name}/: its files are then taken for the model {name}."
        : "Rename the folder, and its files are taken.";

    private static Html Nothing() => $"""
        <section class="panel" id="nothing" data-part>
        <p>There is no model yet. Drop a data set, and the first one is made of it.</p></section>
        """;

    private static Html Cards(
        IReadOnlyList<ModelStatus> models, IReadOnlyList<UnreadableModel> unreadable, DateTimeOffset now) => $"""
        <div class="cards">{Html.Each(models, m => Card(m, now))}{Html.Each(unreadable, Card)}</div>
        """;

    private static Html Card(UnreadableModel model) => $"""
        <article class="card" id="model-{model.Model}" data-part>
        <div class="top"><h2>{DashboardText.ModelLink(model.Model)}</h2></div>{Unreadable([model.Why])}</article>
        """;

    private static Html Card(ModelStatus status, DateTimeOffset now) => $"""
        <article class="card" id="model-{status.Model}" data-part>
        <div class="top"><h2>{DashboardText.ModelLink(status.Model)}</h2>{Live(status)}</div>
        {(status.Champion is { } champion ? Champion(champion, status, now) : null)}
        {Dangling(status)}{Unreadable(status.Unreadable.Select(u => u.Why))}{RunList.UnderWay(status.UnderWay, now)}
        <dl class="states">{States(status, now)}</dl>{ModelActions.Of(status)}</article>
        """;

    public static Html Live(ModelStatus status) => status.Answers is { } version
        ? DashboardText.Chip("good", $"version {NumberFormat.Of(version)} is live")
        : DashboardText.Chip("bad", "no version is live");

    private static Html Champion(Manifest champion, ModelStatus status, DateTimeOffset now)
    {
        var spark = Html.When(
            status.Traffic.Rows > 0, $"""<div class="trafficked">{TrafficPanel.Spark(status.Traffic)}</div>""");
        return $"""
            <div class="pair"><div><p class="score">{DashboardText.Score(champion)}</p>
            <p class="note">{champion.Verdict.Metric} on {NumberFormat.Count(champion.Verdict.Rows, "held-out row")}</p>
            </div>{spark}</div>
            <p class="note">{TrafficPanel.InWords(status)}</p>
            <p class="note">By {champion.Trainer}, made {DashboardText.Ago(champion.CreatedAt, now)}.
            {DashboardText.ReportLink(champion)}</p>
            """;
    }

    private static Html States(ModelStatus status, DateTimeOffset now) => $"""
        {Challenger(status)}<dt>Drift</dt><dd>{DriftPanel.Chip(status)}</dd><dt>Age</dt><dd>{Age(status)}</dd>
        {LastRun(status, now)}
        """;

    private static Html? Challenger(ModelStatus status)
    {
        if (status.Aliases.LiveRollout is { } rollout)
        {
            return $"""<dt>Roll-out</dt><dd>{RolloutPanel.InWords(rollout)}{RolloutPanel.Bar(rollout)}</dd>""";
        }

        if (status.Aliases.Challenger is not { } version) return null;
        var report = status.Version(version) is { } manifest ? DashboardText.ReportLink(manifest) : null;
        return $"""<dt>Approval</dt><dd>Version {NumberFormat.Of(version)} waits for it. {report}</dd>""";
    }

    public static Html Age(ModelStatus status) => status.Staleness is not { } staleness
        ? status.Knows(nameof(status.Staleness)) ? DashboardText.Chip("", "not checked yet") : DashboardText.Unreadable
        : DashboardText.Chip(
            staleness.Stale ? "bad" : "good",
            $"{NumberFormat.Of(Math.Round(staleness.AgeDays, 1))} of "
            + $"{NumberFormat.Count((long)staleness.MaxAgeDays, "day")}");

    private static Html? LastRun(ModelStatus status, DateTimeOffset now)
    {
        if (status.Runs.Count == 0) return null;
        var last = status.Runs[0];
        return $"""
            <dt>Last run</dt><dd>{DashboardText.Outcome(last.Outcome)} {DashboardText.Ago(last.EndedAt, now)}</dd>
            """;
    }
}
