using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Training;

/// <summary>Tells in a few sentences how a file's columns were understood, for people.</summary>
internal static class IntakeSummary
{
    private const int MaxColumns = 12;
    private const int MaxChanges = 5;

    /// <param name="reports">Of the files that were read.</param>
    /// <returns>What is predicted; columns in a notation of their own; columns and rows left out; changes.</returns>
    public static IReadOnlyList<string> Of(DatasetSchema schema, IReadOnlyList<ValidationReport> reports)
    {
        var label = schema.Columns.Single(c => c.Role == ColumnRole.Label);
        var task = schema.Task.ToString().ToLowerInvariant();
        var positive = schema.Positive is null ? "" : $"; the positive class is '{schema.Positive}'";
        var order = string.Join(", ", schema.TimeColumns.Select(c => $"'{c}'"));
        var time = schema.TimeColumns.Count switch
        {
            0 => "",
            1 => $". {order} orders the rows",
            _ => $". {order} together order the rows",
        };
        var lines = new List<string> { $"Predicts '{schema.Label}' ({task}): {label.Reason}{positive}{time}." };
        var written = schema.Columns.Where(c => c.Format is not null && c.Role != ColumnRole.Ignored).ToList();
        if (written.Count > 0) lines.Add($"Read as: {List(written, c => c.Format!)}.");
        var ignored = schema.Columns.Where(c => c.Role == ColumnRole.Ignored).ToList();
        if (ignored.Count > 0) lines.Add($"Left out: {List(ignored, c => c.Reason ?? "as model.json says")}.");
        AddCount(reports.Sum(r => r.Unlabelled), "without a label left out");
        AddCount(reports.Sum(r => r.BadRows), "put aside as bad");
        var changes = reports.SelectMany(r => r.Anomalies)
            .Where(a => a.Row is null && AnomalyCodes.Changes.Contains(a.Code)).ToList();
        lines.AddRange(changes.Take(MaxChanges).Select(a => $"Changed: {a.ToSentence()}"));
        if (changes.Count > MaxChanges) lines.Add($"{changes.Count - MaxChanges:N0} more changes are in the report.");
        lines.AddRange(reports.SelectMany(r => r.Anomalies).Where(IsIdleSetting).Distinct()
            .Take(MaxChanges).Select(a => $"Without effect: {a.ToSentence()}"));
        lines.AddRange(reports.SelectMany(r => r.Anomalies).Where(a => a.Code == AnomalyCodes.LabelBands)
            .Take(MaxChanges).Select(a => $"May be a leak: {a.ToSentence()}"));
        return lines;

        void AddCount(long rows, string what)
        {
            if (rows > 0) lines.Add($"{NumberFormat.Count(rows, "row")} {what}.");
        }
    }

    private static bool IsIdleSetting(Anomaly anomaly) => anomaly.Severity == AnomalySeverity.Warning
        && anomaly.Code is AnomalyCodes.InvalidDefinition or AnomalyCodes.NoSheets;

    private static string List(List<ColumnSchema> columns, Func<ColumnSchema, string> what)
    {
        var shown = string.Join("; ", columns.Take(MaxColumns).Select(c => $"'{c.Name}' ({what(c)})"));
        return columns.Count > MaxColumns ? $"{shown} and {columns.Count - MaxColumns:N0} more" : shown;
    }
}
