namespace Serverless.Training.Trees;

/// <summary>All slots of the training rows as bytes, and where each slot's part of a histogram begins.</summary>
internal sealed class BinnedMatrix
{
    public BinnedMatrix(BinnedColumn[] columns, int rowCount)
    {
        Columns = columns;
        RowCount = rowCount;
        HistogramOffsets = new int[columns.Length];
        foreach (var (i, column) in columns.Index())
        {
            HistogramOffsets[i] = HistogramLength;
            HistogramLength += column.BinCount;
        }
    }

    public BinnedColumn[] Columns { get; }

    public int RowCount { get; }

    public int[] HistogramOffsets { get; }

    public int HistogramLength { get; }

    /// <summary>Slots that have more bins for values than so many get half as many, or a quarter; the others stay as they are.</summary>
    public BinnedMatrix WithAtMost(int maxBins, int threads)
    {
        if (Array.TrueForAll(Columns, c => c.IsCategorical || c.ValueBins <= maxBins)) return this;
        var columns = new BinnedColumn[Columns.Length];
        FixedOrder.For(threads, columns.Length, i => columns[i] = Columns[i].WithAtMost(maxBins));
        return new BinnedMatrix(columns, RowCount);
    }

    /// <summary>Copies one row as values that take the same way through every tree as the row's own.</summary>
    public void CopyRow(int row, Span<float> slots)
    {
        for (var i = 0; i < Columns.Length; i++) slots[i] = Columns[i].ValueIn(Columns[i].Bins[row]);
    }

    public static BinnedMatrix Create(FeatureMatrix features, int maxBins, int threads)
    {
        var columns = new BinnedColumn[features.Slots.Count];
        FixedOrder.For(threads, columns.Length,
            i => columns[i] = BinnedColumn.Create(features.Slots[i], features.Columns[i], maxBins));
        return new BinnedMatrix(columns, features.RowCount);
    }
}
