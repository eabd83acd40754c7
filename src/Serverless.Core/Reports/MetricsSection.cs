using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// The deciding metric in plain words, all metrics beside champion and baseline, and the pictures of the task.
/// </summary>
internal static class MetricsSection
{
    private const int MostSlices = 50;

    public static Html Of(ReportInput input)
    {
        var verdict = input.Manifest.Verdict;
        var task = input.Candidate.Task;
        var champion = input.Champion?.WithPositiveClassOf(input.Candidate);
        var metrics = MetricCatalog.For(task).OrderBy(m => m.Name == verdict.Metric ? 0 : 1).ToArray();
        return $"""
            <section><h2>How good is it?</h2>{KeyInWords(input, metrics[0])}{All(input, metrics)}</section>
            <section><h2>A closer look</h2><div class="figures">{Pictures(input, champion)}</div></section>
            {Slices(input, champion, metrics[0])}
            """;
    }

    private static MetricSubject Subject(ReportInput input, Metric metric) => new(
        input.Manifest.Schema.Label,
        input.Candidate.Classes,
        input.Manifest.Verdict.Baseline.TryGetValue(metric.Name, out var value) ? value : null);

    private static Html? KeyInWords(ReportInput input, Metric metric)
    {
        if (!input.Manifest.Verdict.Candidate.TryGetValue(metric.Name, out var value)) return null;
        return $"""<p class="words">{metric.InWords(value, Subject(input, metric))}</p>""";
    }

    private static Html All(ReportInput input, Metric[] metrics)
    {
        var verdict = input.Manifest.Verdict;
        Html rows = Html.Each(metrics, m =>
        {
            var values = NumberFormat.Alike(
                Value(verdict.Candidate, m), Value(verdict.Champion, m), Value(verdict.Baseline, m));
            Html? words = null;
            if (m == metrics[0]) words = $"""<span class="note">decides whether the version goes live</span>""";
            else if (verdict.Candidate.TryGetValue(m.Name, out var value))
            {
                words = $"""<span class="note">{m.InWords(value, Subject(input, m))}</span>""";
            }

            return $"""
                <tr class="{(m == metrics[0] ? "decides" : "")}">
                <th scope="row">{m.Title} <code>{m.Name}</code>{words}</th>
                <td class="number strong">{values[0]}</td>
                {Html.When(verdict.Champion is not null, Table.Number(values[1]))}{Table.Number(values[2])}
                <td class="note">{(m.GreaterIsBetter ? "higher" : "lower")}</td></tr>
                """;
        });
        var champion = Html.When(verdict.Champion is not null, $"""
            <th scope="col" class="number">champion<br><span
            class="note">version {NumberFormat.Of(verdict.ChampionVersion ?? 0)}</span></th>
            """);
        Html head = $"""
            {Table.Columns("metric")}{Table.NumberColumns("this version")}{champion}
            {Table.NumberColumns("baseline")}{Table.Columns("better is")}
            """;
        return $"""
            <p class="note">On {NumberFormat.Count(verdict.Rows, "held-out row")}, the same ones for all. The baseline
            looks at no column; it knows only how the answers are distributed.</p>
            <div style="--numbers:{(verdict.Champion is null ? 3 : 4)}">
            {Table.Scrolling("Metrics", head, rows, tableStyle: "metrics")}</div>
            """;
    }

    private static double Value(IReadOnlyDictionary<string, double>? values, Metric metric) =>
        values is not null && values.TryGetValue(metric.Name, out var value) ? value : double.NaN;

    private static Html Pictures(ReportInput input, Predictions? champion)
    {
        var candidate = input.Candidate;
        var subject = new MetricSubject(input.Manifest.Schema.Label, candidate.Classes, null);
        return candidate.Task switch
        {
            ModelTask.Regression =>
                $"{PredictedActualPlot.Of(candidate, subject)}{ResidualPlot.Of(candidate, subject)}",
            ModelTask.Binary =>
                $"{RocPlot.Of(candidate, champion, subject)}{Calibration()}{ScoreHistogram.Of(candidate, subject)}",
            _ => $"{ConfusionTable.Of(candidate)}{Calibration()}",
        };

        Html Calibration() =>
            CalibrationPlot.Of(candidate, input.Uncalibrated, input.Manifest.Calibration, subject);
    }

    private static Html? Slices(ReportInput input, Predictions? champion, Metric metric)
    {
        if (input.Slices.Count == 0) return null;
        var slices = input.Slices.OrderByDescending(s => s.Value.Length).ThenBy(
            s => s.Key, StringComparer.Ordinal).ToArray();
        Html rows = Html.Each(slices.Take(MostSlices), s =>
        {
            var values = NumberFormat.Alike(
                metric.Compute(input.Candidate.Select(s.Value)),
                champion is null ? double.NaN : metric.Compute(champion.Select(s.Value)));
            return $"""
                <tr><th scope="row">{Figure.Shorten(s.Key, 80)}</th>{Table.Number(NumberFormat.Of(s.Value.Length))}
                <td class="number strong">{values[0]}</td>
                {Html.When(champion is not null, Table.Number(values[1]))}</tr>
                """;
        });
        Html head = $"""
            {Table.Columns("slice")}{Table.NumberColumns("rows", "this version")}
            {Html.When(champion is not null, Table.NumberColumns("champion"))}
            """;
        var more = slices.Length > MostSlices
            ? $" {NumberFormat.Of(slices.Length - MostSlices)} smaller ones are not shown."
            : "";
        return $"""
            <section><h2>On parts of the rows</h2><p class="lead">{metric.Title} (<code>{metric.Name}</code>,
            {(metric.GreaterIsBetter ? "higher" : "lower")} is better). Slices below {SliceCheck.MinRows} rows are too
            few to judge.{more}</p>{Table.Scrolling("Slices", head, rows)}</section>
            """;
    }
}
