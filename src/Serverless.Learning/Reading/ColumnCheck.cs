using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Compares a file's columns with its schema.</summary>
internal static class ColumnCheck
{
    /// <summary>
    /// Logs new and missing columns. Returns why the file cannot be used if it lacks a required column, otherwise null.
    /// </summary>
    public static Anomaly? Compare(DatasetReadOptions options, IReadOnlyList<string> names, AnomalyLog log)
    {
        var (schema, keys) = (options.Schema, options.Definition.Data.Key ?? []);
        var present = names.ToHashSet();
        var known = schema.Columns.Select(c => c.Name).ToHashSet();
        foreach (var name in names.Where(n => !known.Contains(n)))
        {
            log.AddFile(Warning(AnomalyCodes.NewColumn, name, "no such column", "a new one, which is not used"));
        }

        foreach (var column in schema.Columns.Where(c => !present.Contains(c.Name)))
        {
            var hasRole = column.Role is ColumnRole.Label or ColumnRole.Id
                || schema.TimeColumns.Contains(column.Name) || keys.Contains(column.Name);
            if (hasRole || column.Required)
            {
                var what = column.Role == ColumnRole.Label ? "the label " : "";
                return DatasetReader.OfFile(
                    AnomalyCodes.MissingColumn,
                    $"{what}column {FieldText.Show(column.Name)}",
                    $"only the columns {FieldText.List(names)}",
                    column.Name);
            }

            if (column.Role == ColumnRole.Feature) log.AddFile(Missing(column.Name));
        }

        return null;
    }

    /// <summary>Why nothing can be learned from the label; null if something can.</summary>
    /// <param name="values">The label in every row.</param>
    public static Anomaly? CheckLabel(Column values, DatasetSchema schema)
    {
        var distinct = values switch
        {
            CategoricalColumn classes => classes.Values.Count,
            NumericColumn numbers => numbers.Values.Distinct().Take(2).Count(),
            _ => throw new InvalidOperationException($"The label '{schema.Label}' is neither classes nor numbers."),
        };
        var label = $"in the label {FieldText.Show(schema.Label)}";
        return (distinct, schema.Task) switch
        {
            ( < 2, _) =>
                Problem(AnomalyCodes.TooFewDistinct, $"different values {label}", "the same value in every row"),
            ( > 2, ModelTask.Binary) => Problem(
                AnomalyCodes.TooManyDistinct, $"2 different values {label}, as the task is binary", $"{distinct:N0}"),
            ( > DatasetReader.MaxClasses, ModelTask.Multiclass) => Problem(
                AnomalyCodes.TooManyDistinct, $"at most {DatasetReader.MaxClasses:N0} classes {label}",
                $"{distinct:N0}"),
            _ => null,
        };

        Anomaly Problem(string code, string expected, string found) =>
            DatasetReader.OfFile(code, expected, found, schema.Label);
    }

    /// <summary>Logs features without any value.</summary>
    public static void WarnOfEmpty(IEnumerable<string> features, AnomalyLog log)
    {
        foreach (var feature in features)
        {
            log.AddFile(Warning(AnomalyCodes.NotPresent, feature, "values", "none in any row"));
        }
    }

    private static Anomaly Missing(string name) =>
        Warning(AnomalyCodes.MissingColumn, name, "this column", "no such column; its values count as missing");

    private static Anomaly Warning(string code, string column, string expected, string found) =>
        new(code, AnomalySeverity.Warning, column, Row: null, expected, found);
}
