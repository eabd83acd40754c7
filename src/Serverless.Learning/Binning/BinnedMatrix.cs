using Serverless.Learning.Numerics;

namespace Serverless.Learning.Binning;

/// <summary>All slots of some rows as bins.</summary>
public sealed class BinnedMatrix
{
    public BinnedMatrix(BinnedColumn[] columns, int rowCount)
    {
        Columns = columns;
        RowCount = rowCount;
    }

    public BinnedColumn[] Columns { get; }

    public int RowCount { get; }

    /// <summary>
    /// Merges neighbouring bins of slots that have more than <paramref name="maxBins"/> bins for values.
    /// </summary>
    public BinnedMatrix WithAtMost(int maxBins, int threads)
    {
        if (Array.TrueForAll(Columns, c => c.IsCategorical || c.ValueBins <= maxBins)) return this;
        var columns = new BinnedColumn[Columns.Length];
        OrderedParallel.For(threads, columns.Length, i => columns[i] = Columns[i].WithAtMost(maxBins));
        return new BinnedMatrix(columns, RowCount);
    }

    public static BinnedMatrix Create(FeatureMatrix features, int maxBins, int threads)
    {
        var columns = new BinnedColumn[features.Slots.Count];
        OrderedParallel.For(threads, columns.Length,
            i => columns[i] = BinnedColumn.Create(features.Slots[i], features.Columns[i], maxBins));
        return new BinnedMatrix(columns, features.RowCount);
    }

    /// <summary>Other rows of the same slots in the same bins.</summary>
    public BinnedMatrix Bin(FeatureMatrix features, int threads)
    {
        var columns = new BinnedColumn[Columns.Length];
        OrderedParallel.For(threads, columns.Length, i => columns[i] = Columns[i].Bin(features.Columns[i]));
        return new BinnedMatrix(columns, features.RowCount);
    }
}
