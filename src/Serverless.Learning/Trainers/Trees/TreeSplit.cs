using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>A candidate split of a leaf. Gain 0 means no split was found.</summary>
internal struct TreeSplit
{
    public int Slot;

    /// <summary>Loss reduction by second-order approximation.</summary>
    public double Gain;

    /// <summary>Numeric: the last bin that goes left.</summary>
    public int Bin;

    /// <summary>Numeric: whether missing values go left.</summary>
    public bool MissingLeft;

    /// <summary>Categorical: the bins that go left.</summary>
    public BinSet Bins;

    /// <summary>Sum of the words of the rows that go left.</summary>
    public long Left;

    /// <summary>Midpoint of both sides' values; set only with monotone slots.</summary>
    public double Middle;

    public readonly bool GoesLeft(int bin, bool isCategorical) =>
        isCategorical ? Bins.Contains(bin) : bin == BinnedColumn.MissingBin ? MissingLeft : bin <= Bin;
}
