using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>A way to part a leaf's rows in two. Of gain 0: there is none.</summary>
internal struct TreeSplit
{
    public int Slot;

    /// <summary>How much the loss falls, by its second-order approximation.</summary>
    public double Gain;

    /// <summary>Numeric: the last bin that goes left.</summary>
    public int Bin;

    /// <summary>Numeric: whether rows with a missing value go left.</summary>
    public bool MissingLeft;

    /// <summary>Categorical: the bins that go left.</summary>
    public BinSet Bins;

    /// <summary>Sum over the rows that go left.</summary>
    public long Left;

    /// <summary>Half-way between the two sides' values; only where directions are given.</summary>
    public double Middle;

    public readonly bool GoesLeft(int bin, bool isCategorical) =>
        isCategorical ? Bins.Contains(bin) : bin == BinnedColumn.MissingBin ? MissingLeft : bin <= Bin;
}
