using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Scores many rows, 32 at a time, without traversal: each node that a row passes to the right masks out the leaves on
/// its left, and the first leaf that remains is the row's (Lucchese et al., 'QuickScorer', SIGIR 2015; vectorised over
/// rows as in their 'Exploiting CPU SIMD extensions', SIGIR 2016). For trees of at most 32 leaves.
/// </summary>
internal sealed unsafe class QuickScorerBatch
{
    /// <summary>Rows scored together.</summary>
    public const int Lanes = 4 * Width;

    private const int Width = 8;
    private const int MaxLeaves = 32;

    /// <summary>Rows scored while a tree is in the cache.</summary>
    private const int BlockRows = 64;

    private readonly BitTree[] _trees;
    private readonly BitNode[] _nodes;
    private readonly BinSet[] _sets;
    private readonly double[] _leaves;

    private QuickScorerBatch(Tree[] trees)
    {
        var (nodes, sets, leaves) = (new List<BitNode>(), new List<BinSet>(), new List<double>());
        _trees = new BitTree[trees.Length];
        foreach (var (i, tree) in trees.Index())
        {
            var (first, firstLeaf) = (nodes.Count, leaves.Count);
            List<BitNode> missingRight = [], missingLeft = [], categorical = [];
            Visit(tree.Root);
            nodes.AddRange([.. missingRight, .. missingLeft, .. categorical]);
            var lefts = first + missingRight.Count;
            _trees[i] = new BitTree(first, lefts, lefts + missingLeft.Count, nodes.Count, firstLeaf);

            // Numbers the leaves from left to right and returns the bits of those below the child.
            uint Visit(int child)
            {
                if (child < 0)
                {
                    leaves.Add(tree.Leaves[~child]);
                    return 1u << (leaves.Count - 1 - firstLeaf);
                }

                var node = tree.Nodes[child];
                var left = Visit(node.Left);
                var bits = new BitNode { Threshold = node.Threshold, Slot = node.Slot, Left = left };
                if (node.IsCategorical)
                {
                    categorical.Add(bits with { Set = sets.Count });
                    sets.Add(tree.Sets[node.Set]);
                }
                else
                {
                    (node.MissingLeft ? missingLeft : missingRight).Add(bits);
                }

                return left | Visit(node.Right);
            }
        }

        (_nodes, _sets, _leaves) = ([.. nodes], [.. sets], [.. leaves]);
    }

    /// <returns>Null if a tree has too many leaves, or without AVX2, which this needs to be fast.</returns>
    public static QuickScorerBatch? Of(Tree[] trees) =>
        !Avx2.IsSupported || Array.Exists(trees, t => t.Leaves.Length > MaxLeaves) ? null : new QuickScorerBatch(trees);

    /// <param name="rows">The rows' slots, row after row.</param>
    /// <param name="raw">Row after row <paramref name="outputs"/> raw scores.</param>
    public void AddTo(ReadOnlySpan<float> rows, int slots, Span<double> raw, int outputs)
    {
        var count = raw.Length / outputs;
        var block = new float[slots * BlockRows];
        var sums = new double[BlockRows * outputs];
        for (var first = 0; first < count; first += BlockRows)
        {
            var length = Math.Min(BlockRows, count - first);
            for (var row = 0; row < length; row++)
            {
                var values = rows.Slice((first + row) * slots, slots);
                for (var slot = 0; slot < slots; slot++) block[(slot * BlockRows) + row] = values[slot];
                for (var output = 0; output < outputs; output++)
                {
                    sums[(output * BlockRows) + row] = raw[((first + row) * outputs) + output];
                }
            }

            ScoreBlock(block, sums, outputs, (length + Lanes - 1) / Lanes * Lanes);
            for (var row = 0; row < length; row++)
            {
                for (var output = 0; output < outputs; output++)
                {
                    raw[((first + row) * outputs) + output] = sums[(output * BlockRows) + row];
                }
            }
        }
    }

    /// <param name="block">The rows' values, slot after slot.</param>
    /// <param name="sums">The rows' raw scores, output after output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreBlock(float[] block, double[] sums, int outputs, int rows)
    {
        fixed (float* values = block)
        fixed (double* results = sums, leaves = _leaves)
        fixed (BitNode* nodes = _nodes)
        fixed (BinSet* sets = _sets)
        {
            var output = 0;
            foreach (var tree in _trees)
            {
                for (var row = 0; row < rows; row += Lanes)
                {
                    // Four vectors per node amortise its loads.
                    var (open0, open1, open2, open3) = (Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet,
                        Vector256<uint>.AllBitsSet, Vector256<uint>.AllBitsSet);
                    var at = values + row;
                    BitNode* node = nodes + tree.MissingRight, end = nodes + tree.MissingLeft;
                    for (; node < end; node++)
                    {
                        var column = at + (node->Slot * BlockRows);
                        var (threshold, right) = (Vector256.Create(node->Threshold), Vector256.Create(~node->Left));
                        open0 &= Vector256.LessThanOrEqual(Vector256.Load(column), threshold).AsUInt32() | right;
                        open1 &= Vector256.LessThanOrEqual(Vector256.Load(column + Width), threshold)
                            .AsUInt32() | right;
                        open2 &= Vector256.LessThanOrEqual(Vector256.Load(column + (2 * Width)), threshold)
                            .AsUInt32() | right;
                        open3 &= Vector256.LessThanOrEqual(Vector256.Load(column + (3 * Width)), threshold)
                            .AsUInt32() | right;
                    }

                    for (end = nodes + tree.Categorical; node < end; node++)
                    {
                        var column = at + (node->Slot * BlockRows);
                        var (threshold, left) = (Vector256.Create(node->Threshold), Vector256.Create(node->Left));
                        open0 = Vector256.AndNot(
                            open0, Vector256.GreaterThan(Vector256.Load(column), threshold).AsUInt32() & left);
                        open1 = Vector256.AndNot(
                            open1, Vector256.GreaterThan(Vector256.Load(column + Width), threshold).AsUInt32() & left);
                        open2 = Vector256.AndNot(open2,
                            Vector256.GreaterThan(Vector256.Load(column + (2 * Width)), threshold).AsUInt32() & left);
                        open3 = Vector256.AndNot(open3,
                            Vector256.GreaterThan(Vector256.Load(column + (3 * Width)), threshold).AsUInt32() & left);
                    }

                    for (end = nodes + tree.End; node < end; node++)
                    {
                        float* column = at + (node->Slot * BlockRows);
                        var set = (int*)(sets + node->Set);
                        var right = Vector256.Create(~node->Left);
                        open0 &= Contains(set, Vector256.Load(column)) | right;
                        open1 &= Contains(set, Vector256.Load(column + Width)) | right;
                        open2 &= Contains(set, Vector256.Load(column + (2 * Width))) | right;
                        open3 &= Contains(set, Vector256.Load(column + (3 * Width))) | right;
                    }

                    var sum = results + (output * BlockRows) + row;
                    var first = leaves + tree.Leaf;
                    AddLeaf(open0, first, sum);
                    AddLeaf(open1, first, sum + Width);
                    AddLeaf(open2, first, sum + (2 * Width));
                    AddLeaf(open3, first, sum + (3 * Width));
                }

                if (++output == outputs) output = 0;
            }
        }
    }

    /// <summary>Adds each row's first remaining leaf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLeaf(Vector256<uint> open, double* leaves, double* sum)
    {
        // Isolates the lowest bit; its index is the exponent of its value as a float.
        var lowest = (open & (Vector256<uint>.Zero - open)).AsInt32();
        var exponents = Vector256.ShiftRightLogical(Vector256.ConvertToSingle(lowest).AsInt32(), 23)
            & Vector256.Create(0xFF);
        var leaf = exponents - Vector256.Create(127);
        (Vector256.Load(sum) + Avx2.GatherVector256(leaves, leaf.GetLower(), sizeof(double))).Store(sum);
        (Vector256.Load(sum + 4) + Avx2.GatherVector256(leaves, leaf.GetUpper(), sizeof(double))).Store(sum + 4);
    }

    /// <summary>Sets all bits if the value's bin (<see cref="BinnedColumn.CategoryBin"/>) is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Contains(int* set, Vector256<float> values)
    {
        var known = Vector256.Equals(values, values).AsInt32();
        var bins = Vector256.Min(
            Vector256.Max(Avx.ConvertToVector256Int32WithTruncation(Vector256.Min(values, Vector256.Create(255f)))
                + Vector256<int>.One, Vector256<int>.One), Vector256.Create(255));
        bins &= known;
        var words = Avx2.GatherVector256(set, Vector256.ShiftRightLogical(bins, 5), sizeof(int));
        var bits = Avx2.ShiftRightLogicalVariable(words.AsUInt32(), (bins & Vector256.Create(31)).AsUInt32())
            & Vector256<uint>.One;
        return Vector256<uint>.Zero - bits;
    }

    [StructLayout(LayoutKind.Sequential)]
    private record struct BitNode
    {
        public float Threshold;
        public int Slot;
        public int Set;

        /// <summary>Bits of the leaves on the left.</summary>
        public uint Left;
    }

    /// <summary>Start of the nodes of each kind, and the first leaf.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct BitTree(int MissingRight, int MissingLeft, int Categorical, int End, int Leaf);
}
