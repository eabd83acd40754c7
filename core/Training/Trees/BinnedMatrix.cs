namespace Serverless.Training.Trees;

/// <summary>All slots of the training rows as bytes, and where each slot's part of a histogram begins.</summary>
internal sealed class BinnedMatrix
{
    private BinnedMatrix(BinnedColumn[] columns, int rowCount)
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

    public static BinnedMatrix Create(FeatureMatrix features, int maxBins, int threads)
    {
        var columns = new BinnedColumn[features.Slots.Count];
        FixedOrder.For(threads, columns.Length,
            i => columns[i] = BinnedColumn.Create(features.Slots[i], features.Columns[i], maxBins));
        return new BinnedMatrix(columns, features.RowCount);
    }
}
