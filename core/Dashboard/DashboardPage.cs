using Serverless.Evaluation;
using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Rollouts;
using Serverless.Runs;

namespace Serverless.Dashboard;

/// <summary>What the dashboard tells about one model.</summary>
/// <param name="Champion">The live version's manifest; null where none is live.</param>
/// <param name="Runs">The last ones, newest first.</param>
/// <param name="Alerts">Of the last week.</param>
public sealed record ModelStatus(
    string Model,
    Aliases Aliases,
    Manifest? Champion,
    IReadOnlyList<RunRecord> Runs,
    DriftReport? Drift,
    StalenessReport? Staleness,
    IReadOnlyList<Alert> Alerts);

/// <summary>The page at <c>/</c>: every model at a glance. It runs no script and asks no other server for anything.</summary>
public static class DashboardPage
{
    private const string Css = """
        .models{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:1.25rem;margin-top:1.5rem}
        article{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.2rem;min-width:0}
        article h2{margin:0 0 .2rem;overflow-wrap:anywhere}
        article .badge{padding:.1rem .7rem;font-size:.85rem}
        article p{margin:.5rem 0;overflow-wrap:anywhere}
        .score{font-size:1.6rem;font-weight:650;font-variant-numeric:tabular-nums}
        .runs{list-style:none;margin:0;padding:0;font-size:.88rem}
        .runs li{border-top:1px solid var(--line);padding:.45rem 0;overflow-wrap:anywhere}
        a{color:var(--blue)}
        pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.88rem}
        """;

    /// <param name="dropHint">Where data is dropped, for people: a folder or an account's address.</param>
    public static string Write(IReadOnlyList<ModelStatus> models, string dropHint, DateTimeOffset now)
    {
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
            <title>Models</title><style>{Html.Raw(ReportStyle.Css)}{Html.Raw(Css)}</style></head>
            <body><main><header><div><p class="over">As of {Moment(now)}</p><h1>Models</h1></div></header>
            {(models.Count == 0 ? Nothing() : Cards(models))}
            <section><h2>Drop data</h2><p class="lead">A CSV file, plain or gzip, under datasets/ and the model's name is validated, trained on and compared with the live version. Only what is surely better goes live.</p>
            <pre><code>{dropHint}</code></pre></section>
            </main><footer>This page shows the state when it was loaded; reload it for a newer one.</footer></body></html>

            """;
        return page.ToString();
    }

    private static Html Nothing() => $"""<p class="lead">There is no model yet: drop a data set.</p>""";

    private static Html Cards(IReadOnlyList<ModelStatus> models) =>
        $"""<div class="models">{Html.Each(models, Card)}</div>""";

    private static Html Card(ModelStatus status) => $"""
        <article><h2>{status.Model}</h2>
        {(status.Champion is { } champion ? Live(champion) : NotLive())}
        {(status.Aliases switch
        {
            { LiveRollout: { } rollout } => RollingOut(status.Model, rollout),
            { Challenger: { } challenger } => Waiting(status.Model, challenger),
            _ => null,
        })}
        {Watched(status)}
        {Html.Each(status.Alerts.TakeLast(3), AlertLine)}
        {(status.Runs.Count > 0 ? Runs(status.Runs) : null)}
        </article>
        """;

    private static Html Live(Manifest m) => $"""
        <p><span class="badge good">✓ version {Numbers.Of(m.Version)} is live</span></p>
        <p><span class="score">{Score(m)}</span> <span class="note">{m.Verdict.Metric} on {Numbers.Count(m.Verdict.Rows, "held-out row")}, trained {Moment(m.CreatedAt)}</span></p>
        <p><a href="/api/models/{m.Model}/versions/{Numbers.Of(m.Version)}/report">Report of version {Numbers.Of(m.Version)}</a></p>
        """;

    private static Html NotLive() => $"""<p><span class="badge bad">no version is live</span></p>""";

    private static Html Waiting(string model, int version) =>
        $"""<p>Version {Numbers.Of(version)} waits for approval: <a href="/api/models/{model}/versions/{Numbers.Of(version)}/report">its report</a>.</p>""";

    private static Html RollingOut(string model, Rollout rollout)
    {
        var does = rollout.Percent > 0 ? $"answers {Numbers.Of(rollout.Percent)} % of the requests" : "scores a copy of the traffic";
        var then = rollout.Status == RolloutStatus.AwaitingApproval ? " and waits for approval" : "";
        return $"""<p>Version {Numbers.Of(rollout.Version)} {does}{then}: <a href="/api/models/{model}/versions/{Numbers.Of(rollout.Version)}/report">its report</a>.</p>""";
    }

    private static Html Watched(ModelStatus status) => $"""
        <p class="note">{status.Drift?.Summary ?? "Drift has not been checked yet."}</p>
        <p class="note">{status.Staleness?.Summary ?? "Staleness has not been checked yet."}</p>
        """;

    private static Html AlertLine(Alert alert) => $"""<p class="bad">Alert, {Moment(alert.At)}: {alert.Message}</p>""";

    private static Html Runs(IReadOnlyList<RunRecord> runs) =>
        $"""<h3>Last runs</h3><ul class="runs">{Html.Each(runs, Run)}</ul>""";

    private static Html Run(RunRecord run) =>
        $"""<li><strong>{Word(run.Outcome)}</strong> {run.File} <span class="note">{Moment(run.EndedAt)}</span><br>{run.Message}</li>""";

    private static string Word(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Promoted => "Promoted",
        RunOutcome.AwaitingApproval => "Waits for approval",
        RunOutcome.RollingOut => "Is rolled out",
        RunOutcome.NotPromoted => "Not promoted",
        RunOutcome.Rejected => "Rejected",
        _ => "Nothing to do",
    };

    private static string Score(Manifest m) =>
        m.Verdict.Candidate.TryGetValue(m.Verdict.Metric, out var score) ? Numbers.Of(score) : "–";

    private static string Moment(DateTimeOffset at) => LineageSection.Moment(at);
}
