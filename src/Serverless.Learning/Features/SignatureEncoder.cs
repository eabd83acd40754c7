using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Features;

/// <summary>
/// Encodes tables as models see them. The signature may be of another version than the table: features are looked up by
/// name, and one that is absent, or whose values do not parse as its type, is missing in every row.
/// </summary>
public static class SignatureEncoder
{
    public static FeatureMatrix Encode(Signature signature, Table table, int threads = 1)
    {
        int[] all = [.. Enumerable.Range(0, table.RowCount)];
        var columns = new List<float[]>(signature.Slots.Count);
        foreach (var feature in signature.Features)
        {
            var column = table.Find(feature.Name);
            columns.AddRange(feature.Type switch
            {
                ColumnType.Categorical =>
                    [Categorical(column, feature.Categories, feature.OtherCategory, table.RowCount)],
                ColumnType.Timestamp => CalendarSlots(column, table.RowCount),
                ColumnType.Text => TextColumns.Encode(feature.Text!, column, all, isTraining: false, threads),
                _ => [WithDefault(Numeric(column, feature.Type, table.RowCount), SlotValues.Missing(feature))],
            });
        }

        return new FeatureMatrix(signature.Slots, [.. columns], table.RowCount);
    }

    /// <summary>Encodes texts by weights that have not seen the row's own label.</summary>
    /// <param name="signature">Just built; read from a file, it has one set of weights.</param>
    /// <param name="rows">Training rows of the table.</param>
    /// <param name="encoded">The same rows as encoded for any purpose.</param>
    /// <returns>The same matrix if there are no texts.</returns>
    public static FeatureMatrix EncodeTraining(
        Signature signature, Table table, ReadOnlySpan<int> rows, FeatureMatrix encoded, int threads)
    {
        if (signature.Features.All(f => f.Type != ColumnType.Text)) return encoded;
        float[][] columns = [.. encoded.Columns];
        var slot = 0;
        foreach (var (i, feature) in signature.Features.Index())
        {
            if (feature.Text is { } text)
            {
                TextColumns.Encode(text, table.Find(feature.Name), rows, isTraining: true, threads)
                    .CopyTo(columns, slot);
            }

            slot += feature.Slots(i).Count();
        }

        return encoded with { Columns = columns };
    }

    /// <exception cref="ArgumentException">The table has no label column.</exception>
    public static EncodedLabels EncodeLabels(Signature signature, Table table)
    {
        var column = table.Find(signature.Label)
            ?? throw new ArgumentException(
                $"Expected the label '{signature.Label}' in the table, found no such column.", nameof(table));
        return EncodeLabels(signature, column);
    }

    public static EncodedLabels EncodeLabels(Signature signature, Column column)
    {
        if (signature.Task == ModelTask.Regression)
        {
            return new EncodedLabels(Numeric(column, ColumnType.Numeric, column.Count));
        }

        var labels = Categorical(column, signature.Classes, signature.Classes.Count, column.Count);
        foreach (ref var label in labels.AsSpan())
        {
            if (label == signature.Classes.Count) label = float.NaN;
        }

        return new EncodedLabels(labels);
    }

    /// <summary>A copy with another value for NaN; the same array where that is NaN too.</summary>
    private static float[] WithDefault(float[] values, float missing) => float.IsNaN(missing)
        ? values
        : Array.ConvertAll(values, v => float.IsNaN(v) ? missing : v);

    private static float[] Missing(int rows)
    {
        var values = new float[rows];
        Array.Fill(values, float.NaN);
        return values;
    }

    private static float[] Numeric(Column? column, ColumnType type, int rows)
    {
        switch (column)
        {
            case NumericColumn numeric:
                return numeric.Values;
            case CategoricalColumn categorical:
                float[] valueOf = [.. categorical.Values.Select(text => SlotValues.FromText(text, type))];
                return [.. categorical.Codes.Select(code => code < 0 ? float.NaN : valueOf[code])];
            default:
                return Missing(rows);
        }
    }

    private static float[] Categorical(Column? column, IReadOnlyList<string> categories, int other, int rows)
    {
        if (column is null || SlotValues.AsCategories(column) is not { } texts) return Missing(rows);
        var indexOf = categories.Select((text, i) => (text, i)).ToDictionary(c => c.text, c => c.i);
        int[] known = [.. texts.Values.Select(text => indexOf.GetValueOrDefault(text, other))];
        return [.. texts.Codes.Select(code => code < 0 ? float.NaN : known[code])];
    }

    private static float[][] CalendarSlots(Column? column, int rows)
    {
        float[][] slots = [.. CalendarParts.Names.Select(_ => Missing(rows))];
        if (column is not TimestampColumn timestamps) return slots;

        Span<float> parts = stackalloc float[slots.Length];
        for (var row = 0; row < rows; row++)
        {
            if (timestamps.Ticks[row] == TimestampColumn.Missing) continue;
            CalendarParts.Write(timestamps.Ticks[row], parts);
            for (var i = 0; i < slots.Length; i++) slots[i][row] = parts[i];
        }

        return slots;
    }
}

/// <param name="Values">
/// One per row: the value, or the class's index in the signature. NaN if the label is missing or of a class unknown to
/// the signature; no model can learn from such a row or be judged by it.
/// </param>
public sealed record EncodedLabels(float[] Values)
{
    /// <summary>The rows whose label is known, ascending.</summary>
    public int[] KnownRows() => [.. Enumerable.Range(0, Values.Length).Where(row => !float.IsNaN(Values[row]))];
}
