using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Scores one row without traversal: each slot's value masks out the leaves it cannot lead to, in all trees at once,
/// and the first leaf that remains in a tree is the row's (Lucchese et al., 'QuickScorer', SIGIR 2015, who go node by
/// node). Precomputes the joint mask of all nodes up to every eighth threshold, and of each category and missing value;
/// at most seven more nodes are applied one by one. For trees of at most 32 leaves.
/// </summary>
internal sealed unsafe class QuickScorerRow
{
    public const int MaxLeaves = 32;

    /// <summary>Thresholds compared at once.</summary>
    private const int Block = 8;

    /// <summary>Columns looked up before their masks are combined.</summary>
    private const int ColumnsAtOnce = 32;

    private readonly QuickScorerTables[] _tables;

    private QuickScorerRow(Tree[] trees) =>
        _tables = [.. trees.Chunk(QuickScorerTables.MaxTrees).Select(chunk => new QuickScorerTables(chunk))];

    /// <returns>Null if a tree has too many leaves.</returns>
    public static QuickScorerRow? Of(Tree[] trees) =>
        Array.Exists(trees, t => t.Leaves.Length > MaxLeaves) ? null : new QuickScorerRow(trees);

    /// <param name="raw">One value per raw score; consecutive trees add to consecutive scores.</param>
    public void AddTo(ReadOnlySpan<float> slots, Span<double> raw)
    {
        var output = 0;
        foreach (var table in _tables) output = AddTo(table, slots, raw, output);
    }

    /// <returns>The output that the next tree adds to.</returns>
    [SkipLocalsInit]
    private static int AddTo(QuickScorerTables table, ReadOnlySpan<float> slots, Span<double> raw, int output)
    {
        var open = stackalloc uint[QuickScorerTables.MaxTrees];
        new Span<uint>(open, QuickScorerTables.MaxTrees).Fill(uint.MaxValue);
        fixed (float* values = slots)
        {
            for (var first = 0; first < table.Columns.Length; first += ColumnsAtOnce)
            {
                Strike(table, table.Columns.AsSpan(first, Math.Min(ColumnsAtOnce, table.Columns.Length - first)),
                    values, open);
            }
        }

        fixed (double* leaves = table.Leaves)
        {
            if (raw.Length == 1)
            {
                var sum = raw[0];
                for (var tree = 0; tree < table.TreeCount; tree++)
                {
                    sum += leaves[(tree * MaxLeaves) + BitOperations.TrailingZeroCount(open[tree])];
                }

                raw[0] = sum;
                return 0;
            }

            for (var tree = 0; tree < table.TreeCount; tree++)
            {
                raw[output] += leaves[(tree * MaxLeaves) + BitOperations.TrailingZeroCount(open[tree])];
                if (++output == raw.Length) output = 0;
            }
        }

        return output;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strike(
        QuickScorerTables table, ReadOnlySpan<QuickScorerTables.Column> columns, float* slots, uint* open)
    {
        var found = stackalloc uint*[ColumnsAtOnce];
        var trees = stackalloc byte*[ColumnsAtOnce];
        var kept = stackalloc uint[ColumnsAtOnce * Block];
        fixed (uint* rows = table.Rows, keeps = table.Keeps)
        fixed (float* tops = table.Tops, thresholds = table.Thresholds)
        fixed (byte* treeOf = table.TreeOf, rowOfBin = table.RowOfBin)
        {
            nint count = 0;
            foreach (ref readonly var column in columns)
            {
                var value = slots[column.Slot];
                nint row = column.FirstRow, block = 0;
                if (column.FirstBin >= 0)
                {
                    row += rowOfBin[column.FirstBin + BinnedColumn.CategoryBin(value)];
                }
                else if (!float.IsNaN(value))
                {
                    var passed = 0;
                    for (var top = column.FirstTop; top < column.EndTop; top += Vector256<float>.Count)
                    {
                        passed += BitOperations.PopCount(Vector256.LessThan(
                            Vector256.Load(tops + top), Vector256.Create(value)).ExtractMostSignificantBits());
                    }

                    row += 1 + passed;
                    block = column.FirstBlock + passed;
                }

                var stays = Vector256.LessThanOrEqual(
                    Vector256.Create(value), Vector256.Load(thresholds + (block * Block))).AsUInt32();
                (Vector256.Load(keeps + (block * Block)) | stays).Store(kept + (count * Block));
                found[count] = rows + (row * table.Stride);
                trees[count++] = treeOf + (block * Block);
            }

            for (nint i = 0; i < table.Stride; i += Vector256<uint>.Count)
            {
                var all = Vector256.Load(open + i);
                for (nint c = 0; c < count; c++) all &= Vector256.Load(found[c] + i);
                all.Store(open + i);
            }

            for (nint c = 0; c < count; c++)
            {
                var tree = trees[c];
                var keep = kept + (c * Block);
                open[tree[0]] &= keep[0];
                open[tree[1]] &= keep[1];
                open[tree[2]] &= keep[2];
                open[tree[3]] &= keep[3];
                open[tree[4]] &= keep[4];
                open[tree[5]] &= keep[5];
                open[tree[6]] &= keep[6];
                open[tree[7]] &= keep[7];
            }
        }
    }
}
