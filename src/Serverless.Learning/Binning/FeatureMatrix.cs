namespace Serverless.Learning.Binning;

/// <summary>
/// Rows as trainers and scorers see them: one float per row and slot, column by column. A numeric slot holds the
/// number; a categorical slot the category's index, or <see cref="Slot.Cardinality"/> for a category unknown to the
/// signature. NaN is a missing value in both. Values are never infinite.
/// </summary>
/// <param name="Slots">What each column means.</param>
/// <param name="Columns">One array of <paramref name="RowCount"/> values for each slot.</param>
public sealed record FeatureMatrix(IReadOnlyList<Slot> Slots, float[][] Columns, int RowCount)
{
    /// <summary>Copies one row, one value per slot.</summary>
    public void CopyRow(int row, Span<float> slots)
    {
        for (var i = 0; i < Columns.Length; i++) slots[i] = Columns[i][row];
    }

    /// <summary>The given rows, in the given order.</summary>
    public FeatureMatrix Select(ReadOnlySpan<int> rows)
    {
        var columns = new float[Columns.Length][];
        for (var c = 0; c < columns.Length; c++)
        {
            var from = Columns[c];
            var to = new float[rows.Length];
            for (var i = 0; i < rows.Length; i++) to[i] = from[rows[i]];
            columns[c] = to;
        }

        return new FeatureMatrix(Slots, columns, rows.Length);
    }
}

/// <param name="Name">The feature's name, followed by the calendar part for a timestamp: <c>pickup.hour</c>.</param>
/// <param name="Feature">Index into the signature's features.</param>
/// <param name="Cardinality">Number of known categories; 0 for a numeric slot.</param>
public sealed record Slot(string Name, int Feature, int Cardinality)
{
    [JsonIgnore]
    public bool IsCategorical => Cardinality > 0;
}
