using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>One decision of a tree in 16 bytes, four to a cache line; laid out as in a model file.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct TreeNode
{
    private const int CategoricalFlag = 1 << 31;
    private const int MissingLeftFlag = 1 << 30;

    /// <summary>Numeric: values up to this go left.</summary>
    [FieldOffset(0)] public float Threshold;

    /// <summary>Categorical: index of the set of bins that goes left.</summary>
    [FieldOffset(0)] public int Set;

    [FieldOffset(4)] private int _slotAndFlags;

    /// <summary>Index of a node or, if negative, the complement (~) of a leaf's index.</summary>
    [FieldOffset(8)] public int Left;

    /// <inheritdoc cref="Left"/>
    [FieldOffset(12)] public int Right;

    public readonly int Slot => _slotAndFlags & ~(CategoricalFlag | MissingLeftFlag);

    public readonly bool IsCategorical => (_slotAndFlags & CategoricalFlag) != 0;

    /// <summary>Numeric: whether missing values go left.</summary>
    public readonly bool MissingLeft => (_slotAndFlags & MissingLeftFlag) != 0;

    public static TreeNode Numeric(int slot, float threshold, bool missingLeft) =>
        new() { Threshold = threshold, _slotAndFlags = slot | (missingLeft ? MissingLeftFlag : 0) };

    public static TreeNode Categorical(int slot, int set) =>
        new() { Set = set, _slotAndFlags = slot | CategoricalFlag };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool GoesLeft(ReadOnlySpan<BinSet> sets, ReadOnlySpan<float> slots)
    {
        var value = slots[Slot];
        return IsCategorical ? sets[Set].Contains(BinnedColumn.CategoryBin(value))
            : MissingLeft ? !(value > Threshold) // true for NaN
            : value <= Threshold; // false for NaN
    }

    /// <summary>Walks from a node to a leaf; the root may itself be a leaf.</summary>
    /// <returns>Index of the leaf.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Walk(ReadOnlySpan<TreeNode> nodes, ReadOnlySpan<BinSet> sets, int root, ReadOnlySpan<float> slots)
    {
        var at = root;
        while (at >= 0)
        {
            ref readonly var node = ref nodes[at];
            var left = node.GoesLeft(sets, slots);
            at = left ? node.Left : node.Right;
        }

        return ~at;
    }
}

/// <summary>A set of bins, 0 to 255.</summary>
[InlineArray(4)]
internal struct BinSet
{
    private ulong _word;

    public readonly bool Contains(int bin) => (this[bin >> 6] >> (bin & 63) & 1) != 0;

    public void Add(int bin) => this[bin >> 6] |= 1UL << (bin & 63);
}
