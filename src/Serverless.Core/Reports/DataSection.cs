using Serverless.Core.Registry;
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
        <section><h2>The data it learned from</h2>{Files(input)}{Html.Each(input.Data, Findings)}{Ignored(input)}{Features(input)}</section>
        """;

    private static Html Files(ReportInput input)
    {
        Html rows = Html.Each(input.Manifest.Data, f => $"""
            <tr><th scope="row">{f.Name}</th><td class="number">{NumberFormat.Of(f.Rows)}</td><td class="number">{NumberFormat.Of(f.BadRows)}</td><td><code title="{f.ContentHash}">{LineageSection.ShortHash(f.ContentHash)}</code></td></tr>
            """);
        Html? until = null;
        if (input.Manifest.DataUntil is { } newest)
        {
            until = $"""<p class="note">The newest row is of {LineageSection.Moment(newest)}.</p>""";
        }

        return $"""
            {until}<div class="scroll" tabindex="0" role="region" aria-label="Data files"><table><thead><tr><th scope="col">file</th><th scope="col" class="number">rows used</th><th scope="col" class="number">bad rows</th><th scope="col">SHA-256</th></tr></thead><tbody>{rows}</tbody></table></div>
            """;
    }

    private static Html? Findings(ValidationReport report)
    {
        if (report.Anomalies.Count == 0) return null;
        Html rest = $"";
        if (report.Anomalies.Count > Most)
        {
            rest = $"<li>and {NumberFormat.Of(report.Anomalies.Count - Most)} more in the file's validation report</li>";
        }

        return $"""
            <h3>Found in {report.Source}</h3><ul class="findings">{Html.Each(report.Anomalies.Take(Most), Finding)}{rest}</ul>
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

    private static Html? Ignored(ReportInput input)
    {
        var columns = input.Manifest.Schema.Columns.Where(c => c.Role is ColumnRole.Ignored or ColumnRole.Id).ToArray();
        if (columns.Length == 0) return null;
        Html rest = $"";
        if (columns.Length > Most) rest = $"<li>and {NumberFormat.Of(columns.Length - Most)} more</li>";
        return $"""
            <h3>Columns it does not look at</h3><ul class="findings">{Html.Each(columns.Take(Most), c => $"<li><strong>{c.Name}</strong>: {Why(c)}</li>")}{rest}</ul>
            """;
    }

    private static string Why(ColumnSchema column) =>
        column.Reason ?? (column.Role == ColumnRole.Id ? "identifies the row" : "ignored in model.json");

    private static Html? Features(ReportInput input)
    {
        var features = input.Profile.Features;
        if (features.Count == 0) return null;
        Html rows = Html.Each(features.Take(Most), f => $"""
            <tr><th scope="row">{Figure.Shorten(f.Name, 60)}</th><td>{f.Type.ToString()
                .ToLowerInvariant()}</td><td class="number">{(f.Rows == 0 ? "–" : NumberFormat.Percent((double)f.Missing / f.Rows))}</td><td class="number">{Number(f, f.Minimum)}</td><td class="number">{Number(f, f.Mean)}</td><td class="number">{Number(f, f.Maximum)}</td></tr>
            """);
        var rest = features.Count > Most ? $"The first {Most} are shown. " : "";
        if (features.Any(f => f.Type == ColumnType.Timestamp)) rest += "Timestamps are shown by their hour of the day.";
        return $"""
            <details><summary>Columns it learned from ({NumberFormat.Of(features.Count)})</summary><p class="note">{rest}</p><div class="scroll" tabindex="0" role="region" aria-label="Columns"><table><thead><tr><th scope="col">column</th><th scope="col">type</th><th scope="col" class="number">missing</th><th scope="col" class="number">lowest</th><th scope="col" class="number">average</th><th scope="col" class="number">highest</th></tr></thead><tbody>{rows}</tbody></table></div></details>
            """;
    }

    private static string Number(FeatureProfile feature, double? value) =>
        feature.Type != ColumnType.Categorical && value is { } v ? NumberFormat.Of(v) : "";
}
