using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Data;

/// <summary>How one column of a run's files was understood, for people.</summary>
/// <param name="TakenFor">Its type, or its role where it is no feature.</param>
/// <param name="Format">The notation of its cells; null for plain cells.</param>
/// <param name="Example">A cell as it is written, in quotes; null for an id, or without a value.</param>
/// <param name="Misfits">Number of rows put aside because of it.</param>
/// <param name="Why">Why it is left out, or how its type was decided.</param>
public sealed record IntakeColumn(
    string Name, string TakenFor, string? Format, string? Example, long Misfits, string? Why)
{
    /// <summary>The table of a data set with more columns is cut.</summary>
    public const int Most = 100;

    /// <param name="reports">Of the files that were read.</param>
    public static IReadOnlyList<IntakeColumn> Of(DatasetSchema schema, IReadOnlyList<ValidationReport> reports)
    {
        var misfits = reports.SelectMany(r => r.Anomalies).Where(a => a is { Column: not null, Row: not null })
            .GroupBy(a => a.Column!).ToDictionary(g => g.Key, g => g.Sum(a => a.Count));
        return [.. schema.Columns.Take(Most).Select(c => new IntakeColumn(
            c.Name, TakenForOf(c, schema), c.Format, c.Example, misfits.GetValueOrDefault(c.Name), c.Reason))];
    }

    private static string TakenForOf(ColumnSchema column, DatasetSchema schema)
    {
        var type = column.Type.ToString().ToLowerInvariant();
        var order = schema.TimeColumns.Contains(column.Name) ? ", orders the rows" : "";
        return column.Role switch
        {
            ColumnRole.Label => $"label, {schema.Task.ToString().ToLowerInvariant()}",
            ColumnRole.Id => "id",
            ColumnRole.Ignored => $"left out{order}",
            _ => type + order,
        };
    }
}
