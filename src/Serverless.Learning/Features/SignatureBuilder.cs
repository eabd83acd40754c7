using System.Runtime.InteropServices;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Features;

/// <summary>Builds a model's signature from the schema and its training rows.</summary>
public static class SignatureBuilder
{
    /// <param name="rows">Training rows: held-out rows must not influence which categories exist.</param>
    /// <exception cref="ArgumentException">
    /// The table lacks a column of the schema, or the label has a number of classes that no model of the task supports.
    /// </exception>
    public static Signature Build(DatasetSchema schema, Table table, ReadOnlySpan<int> rows) =>
        Build(schema, name => Find(table, name), rows, threads: 1);

    /// <param name="find">Finds a column by name; called for the label, categories and texts.</param>
    /// <param name="threads">Max threads; the signature does not depend on it.</param>
    public static Signature Build(
        DatasetSchema schema, Func<string, Column> find, ReadOnlySpan<int> rows, int threads)
    {
        var features = new List<SignatureFeature>();
        foreach (var column in schema.Features)
        {
            features.Add(new SignatureFeature
            {
                Name = column.Name,
                Type = column.Type,
                Categories = column.Type == ColumnType.Categorical ? Categories(find(column.Name), rows) : [],
                Required = column.Required,
                MissingIsFalse = column is { Type: ColumnType.Boolean, Notation: CellNotation.MarkOrBlank },
                Range = column.Range,
                Values = column.Values,
            });
        }

        var signature = new Signature
        {
            Task = schema.Task,
            Label = schema.Label,
            Features = features,
            Classes = schema.Task == ModelTask.Regression ? [] : Classes(schema, find(schema.Label), rows),
            Ignored = [.. schema.Columns.Where(c => c.Role == ColumnRole.Ignored).Select(c => c.Name)],
            Id = schema.Id,
        };
        if (features.TrueForAll(f => f.Type != ColumnType.Text)) return signature;

        var labels = SignatureEncoder.EncodeLabels(signature, find(schema.Label)).Values;
        foreach (ref var feature in CollectionsMarshal.AsSpan(features))
        {
            if (feature.Type != ColumnType.Text) continue;
            feature = feature with { Text = TextColumns.Learn(find(feature.Name), labels, rows, signature, threads) };
        }

        return signature with { Features = features };
    }

    private static Column Find(Table table, string name) =>
        table.Find(name)
            ?? throw new ArgumentException($"Expected a column '{name}' in the table, found none.", nameof(table));

    private static string[] Categories(Column column, ReadOnlySpan<int> rows) =>
        [.. Frequencies(column, rows).Take(SignatureFeature.MaxCategories).Select(c => c.Text)];

    /// <summary>
    /// Why the label's number of classes in these rows fits no model of the task, in one sentence; null if it fits.
    /// </summary>
    public static string? FindClassProblem(DatasetSchema schema, Table table, ReadOnlySpan<int> rows) =>
        FindClassProblem(schema, Find(table, schema.Label), rows);

    public static string? FindClassProblem(DatasetSchema schema, Column label, ReadOnlySpan<int> rows)
    {
        if (schema.Task == ModelTask.Regression) return null;
        var classes = Frequencies(label, rows);
        var (min, max) = schema.Task == ModelTask.Binary ? (2, 2) : (2, Signature.MaxClasses);
        if (classes.Count >= min && classes.Count <= max) return null;
        var expected = min == max ? $"{min} classes" : $"{min} to {max} classes";
        var some = string.Join(", ", classes.Take(5).Select(c => $"'{c.Text}'"));
        return $"Expected {expected} in label '{schema.Label}', "
            + $"found {classes.Count} in the {rows.Length} training rows: {some}{(classes.Count > 5 ? ", …" : "")}.";
    }

    /// <summary>
    /// Class names; for a binary task the positive class is last, since the second class is the one predicted.
    /// </summary>
    private static string[] Classes(DatasetSchema schema, Column label, ReadOnlySpan<int> rows)
    {
        if (FindClassProblem(schema, label, rows) is { } problem) throw new ArgumentException(problem, nameof(label));
        string[] names = [.. Frequencies(label, rows).Select(c => c.Text)];
        if (schema.Task != ModelTask.Binary) return [.. names.Order(StringComparer.Ordinal)];
        return schema.Positive is { } positive && ClassNames.Find(names, positive) == 0 ? [names[1], names[0]] : names;
    }

    /// <summary>Most frequent first, ties in ordinal order.</summary>
    private static List<(string Text, long Count)> Frequencies(Column column, ReadOnlySpan<int> rows)
    {
        var texts = SlotValues.AsCategories(column)
            ?? throw new ArgumentException(
                $"Expected texts or numbers in column '{column.Name}', found {column.Type}.", nameof(column));
        var counts = new long[texts.Values.Count];
        foreach (var row in rows)
        {
            if (texts.Codes[row] >= 0) counts[texts.Codes[row]]++;
        }

        return [.. counts.Select((count, code) => (Text: texts.Values[code], Count: count))
            .Where(c => c.Count > 0)
            .OrderByDescending(c => c.Count)
            .ThenBy(c => c.Text, StringComparer.Ordinal)];
    }
}
