using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>Tells in a few sentences how a file's columns were understood, for people.</summary>
internal static class IntakeSummary
{
    private const int MaxColumns = 12;

    /// <returns>What is predicted; columns in a notation of their own; columns left out, with reasons.</returns>
    public static IReadOnlyList<string> Of(DatasetSchema schema)
    {
        var label = schema.Columns.Single(c => c.Role == ColumnRole.Label);
        var task = schema.Task.ToString().ToLowerInvariant();
        var positive = schema.Positive is null ? "" : $"; the positive class is '{schema.Positive}'";
        var time = schema.Time is null ? "" : $". '{schema.Time}' orders the rows";
        var lines = new List<string> { $"Predicts '{schema.Label}' ({task}): {label.Reason}{positive}{time}." };
        var written = schema.Columns.Where(c => c.Format is not null && c.Role != ColumnRole.Ignored).ToList();
        if (written.Count > 0) lines.Add($"Read as: {List(written, c => c.Format!)}.");
        var ignored = schema.Columns.Where(c => c.Role == ColumnRole.Ignored).ToList();
        if (ignored.Count > 0) lines.Add($"Left out: {List(ignored, c => c.Reason ?? "as model.json says")}.");
        return lines;
    }

    private static string List(List<ColumnSchema> columns, Func<ColumnSchema, string> what)
    {
        var shown = string.Join("; ", columns.Take(MaxColumns).Select(c => $"'{c.Name}' ({what(c)})"));
        return columns.Count > MaxColumns ? $"{shown} and {columns.Count - MaxColumns:N0} more" : shown;
    }
}
