using Serverless.Core.Data;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Reports;

/// <summary>The files, what was found in them, and the columns that are used and not used.</summary>
internal static class DataSection
{
    private const int Most = 50;

    public static Html Of(ReportInput input) => $"""
        <section><h2>The data it learned from</h2>
        {Files(input)}{Html.Each(input.Data, Findings)}<h3>How its columns were read</h3>
        {IntakeTable.Of(IntakeColumn.Of(input.Manifest.Schema, input.Data))}{Features(input)}</section>
        """;

    private static Html Files(ReportInput input)
    {
        Html rows = Html.Each(input.Manifest.Data, f => $"""
            <tr><th scope="row">{f.Name}</th>
            {Table.Number(NumberFormat.Of(f.Rows))}{Table.Number(NumberFormat.Of(f.BadRows))}
            <td><code title="{f.ContentHash}">{LineageSection.ShortHash(f.ContentHash)}</code></td></tr>
            """);
        Html head = $"{Table.Columns("file")}{Table.NumberColumns("rows used", "bad rows")}{Table.Columns("SHA-256")}";
        var files = Table.Scrolling("Data files", head, rows);
        if (input.Manifest.DataUntil is not { } newest) return files;
        return $"""<p class="note">The newest row is of {LineageSection.Moment(newest)}.</p>{files}""";
    }

    private static Html? Findings(ValidationReport report)
    {
        if (report.Anomalies.Count == 0) return null;
        var more = NumberFormat.Of(report.Anomalies.Count - Most);
        var rest = Html.When(
            report.Anomalies.Count > Most, $"<li>and {more} more in the file's validation report</li>");
        return $"""
            <h3>Found in {report.Source}</h3>
            <ul class="findings">{Html.Each(report.Anomalies.Take(Most), Finding)}{rest}</ul>
            """;
    }

    private static Html Finding(Anomaly a)
    {
        var place = (a.Row, a.Column) switch
        {
            (null, null) => "The file",
            (null, _) => $"Column “{a.Column}”",
            (_, null) => $"Line {NumberFormat.Of(a.Row.Value)}",
            _ => $"Line {NumberFormat.Of(a.Row.Value)}, column “{a.Column}”",
        };
        var count = a.Count > 1 ? $" ({NumberFormat.Count(a.Count, "row")}, this being the first)" : "";
        var consequence = (a.Severity, a.Row) switch
        {
            (AnomalySeverity.Warning, _) => "",
            (_, null) => " The file was not used.",
            _ => a.Count > 1 ? " They were left out." : " It was left out.",
        };
        return $"<li>{place}: expected {a.Expected}, found {a.Found}{count}.{consequence} <code>{a.Code}</code></li>";
    }

    private static Html? Features(ReportInput input)
    {
        var features = input.Profile.Features;
        if (features.Count == 0) return null;
        Html rows = Html.Each(features.Take(Most), f => $"""
            <tr><th scope="row">{Figure.Shorten(f.Name, 60)}</th><td>{f.Type.ToString().ToLowerInvariant()}</td>
            {Table.Number(f.Rows == 0 ? "–" : NumberFormat.Percent((double)f.Missing / f.Rows))}
            {Number(f, f.Minimum)}{Number(f, f.Mean)}{Number(f, f.Maximum)}</tr>
            """);
        var rest = features.Count > Most ? $"The first {Most} are shown. " : "";
        if (Has(ColumnType.Timestamp)) rest += "Timestamps are shown by their hour of the day. ";
        if (Has(ColumnType.Text)) rest += "Texts are shown by how many known words they have.";
        Html head = $"""
            {Table.Columns("column", "type")}{Table.NumberColumns("missing", "lowest", "average", "highest")}
            """;
        return $"""
            <details><summary>Columns it learned from ({NumberFormat.Of(features.Count)})</summary>
            <p class="note">{rest}</p>{Table.Scrolling("Columns", head, rows)}</details>
            """;

        bool Has(ColumnType type) => features.Any(f => f.Type == type);
    }

    private static Html Number(FeatureProfile feature, double? value) =>
        Table.Number(feature.Type != ColumnType.Categorical && value is { } v ? NumberFormat.Of(v) : "");
}
