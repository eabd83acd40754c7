using Serverless.Core.Registry;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Reports;

/// <summary>What was tried, and what won.</summary>
internal static class TrialsSection
{
    private const int Most = 100;

    public static Html Of(Manifest manifest)
    {
        var metric = manifest.Verdict.Metric;
        var chosen = manifest.Hyperparameters.ToString();
        var winner = manifest.Trials
            .Where(t => t.Error is null && t.Trainer == manifest.Trainer && t.Hyperparameters.ToString() == chosen)
            .MaxBy(t => t.Rung);
        var shown = manifest.Trials.OrderByDescending(t => t == winner).Take(Most).OrderBy(t => t.Number).ToArray();
        var scores = NumberFormat.Alike(Array.ConvertAll(shown, t => t.Score ?? double.NaN));
        Html rows = Html.Each(
            shown.Zip(scores, (trial, score) => (trial, score)), r => Row(r.trial, r.score, r.trial == winner));
        var rest = manifest.Trials.Count > Most
            ? $" {Most} of {NumberFormat.Of(manifest.Trials.Count)} are shown."
            : "";
        Html parameters = Html.Each(
            manifest.Hyperparameters, p => $"<div><dt>{p.Key}</dt><dd>{NumberFormat.Of(p.Value)}</dd></div>");
        var halving = manifest.Trials.Any(t => t.Rung > 0)
            ? " At first each learned from a part of the rows, and only the best went on to more of them; scores "
            + "compare among trials on as many rows."
            : "";
        Html head = $"""
            {Table.Columns("trial", "trainer")}{Table.NumberColumns("rows", metric, "time")}{Table.Columns("settings")}
            """;
        return $"""
            <section><h2>How it was made</h2>
            <p class="lead">{NumberFormat.Count(manifest.Trials.Count, "trial")} competed on
            {NumberFormat.Count(manifest.Rows.Validation, "validation row")}; the one with the best {metric} there
            won.{halving}{rest}</p>{Table.Scrolling("Trials", head, rows)}
            <h3>Settings of the winner: {manifest.Trainer}</h3><dl class="facts">{parameters}</dl></section>
            """;
    }

    private static Html Row(TrialRecord trial, string score, bool won) => $"""
        <tr class="{(won ? "decides" : "")}"><th scope="row">{NumberFormat.Of(trial.Number)}{(won ? " ✓" : "")}</th>
        <td>{trial.Trainer}</td>{Table.Number(trial.Rows > 0 ? NumberFormat.Of(trial.Rows) : "–")}
        <td class="number strong">{score}</td>{Table.Number($"{NumberFormat.Of(trial.Seconds, 2)} s")}
        <td class="note">{trial.Error ?? trial.Hyperparameters.ToString()}</td></tr>
        """;
}
