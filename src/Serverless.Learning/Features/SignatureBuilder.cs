using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Features;

/// <summary>Decides what a model takes and gives, from the schema and the rows it is to learn from.</summary>
public static class SignatureBuilder
{
    /// <param name="rows">Rows to learn from: held-out rows must not decide which categories there are.</param>
    /// <exception cref="ArgumentException">
    /// A column of the schema is not in the table; or the label of these rows has a number of classes that no model of the
    /// task can have.
    /// </exception>
    public static Signature Build(DatasetSchema schema, Table table, ReadOnlySpan<int> rows) => Build(schema, name => Find(table, name), rows);

    /// <param name="find">The column of a name, asked for the label and for categorical features.</param>
    public static Signature Build(DatasetSchema schema, Func<string, Column> find, ReadOnlySpan<int> rows)
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
                Range = column.Range,
                Values = column.Values,
            });
        }

        return new Signature
        {
            Task = schema.Task,
            Label = schema.Label,
            Features = features,
            Classes = schema.Task == ModelTask.Regression ? [] : Classes(schema, find(schema.Label), rows),
            Ignored = [.. schema.Columns.Where(c => c.Role == ColumnRole.Ignored).Select(c => c.Name)],
            Id = schema.Id,
        };
    }

    private static Column Find(Table table, string name) =>
        table.Find(name) ?? throw new ArgumentException($"Expected a column '{name}' in the table, found none.", nameof(table));

    private static string[] Categories(Column column, ReadOnlySpan<int> rows) =>
        [.. Frequencies(column, rows).Take(SignatureFeature.MaxCategories).Select(c => c.Text)];

    /// <summary>
    /// Why no signature can be made of the label, in one sentence: these rows have a number of classes that no model of
    /// the task can have. Null where nothing is wrong.
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
        return $"Expected {expected} in label '{schema.Label}', found {classes.Count} in the {rows.Length} training rows: "
            + $"{some}{(classes.Count > 5 ? ", …" : "")}.";
    }

    /// <summary>Binary: the rarer class last, since the second is the one whose probability is predicted.</summary>
    private static string[] Classes(DatasetSchema schema, Column label, ReadOnlySpan<int> rows)
    {
        if (FindClassProblem(schema, label, rows) is { } problem) throw new ArgumentException(problem, nameof(label));
        var names = Frequencies(label, rows).Select(c => c.Text);
        return [.. schema.Task == ModelTask.Binary ? names : names.Order(StringComparer.Ordinal)];
    }

    /// <summary>The most frequent first, equally frequent ones in ordinal order.</summary>
    private static List<(string Text, long Count)> Frequencies(Column column, ReadOnlySpan<int> rows)
    {
        var texts = SlotValues.AsCategories(column)
            ?? throw new ArgumentException($"Expected texts or numbers in column '{column.Name}', found {column.Type}.", nameof(column));
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
