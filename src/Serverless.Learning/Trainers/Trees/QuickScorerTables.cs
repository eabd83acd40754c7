using System.Runtime.InteropServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>What <see cref="QuickScorerRow"/> looks up: for some trees, the leaves that values leave.</summary>
internal sealed class QuickScorerTables
{
    /// <summary>A table grows with the square of its trees; more of them, each smaller, take longer.</summary>
    public const int MaxTrees = 128;

    private const int Block = 8;

    private readonly List<Column> _columns = [];
    private readonly List<uint> _rows;
    private readonly List<float> _tops = [];
    private readonly List<Node> _blocks;
    private readonly List<BinSet> _sets = [];
    private readonly List<byte> _rowOfBin = [];

    public QuickScorerTables(Tree[] trees)
    {
        TreeCount = trees.Length;
        Stride = (trees.Length + Block - 1) / Block * Block;
        Leaves = new double[trees.Length * QuickScorerRow.MaxLeaves];
        var bySlot = new SortedDictionary<(int Slot, bool IsCategorical), List<Node>>();
        for (var tree = 0; tree < trees.Length; tree++) Read(trees[tree], (byte)tree, bySlot);

        // Room for every block; only categories may take more rows.
        var blocks = 1 + bySlot.Values.Sum(nodes => (nodes.Count / Block) + 1);
        _blocks = new List<Node>(blocks * Block);
        _rows = new List<uint>((blocks + bySlot.Count) * Stride);
        AddBlock([]);
        foreach (var ((slot, isCategorical), nodes) in bySlot)
        {
            if (isCategorical) AddCategories(slot, nodes);
            else AddNumbers(slot, nodes);
        }

        Columns = [.. _columns];
        (Tops, RowOfBin) = ([.. _tops], [.. _rowOfBin]);
        (Thresholds, Keeps, TreeOf) = (new float[_blocks.Count], new uint[_blocks.Count], new byte[_blocks.Count]);
        for (var i = 0; i < _blocks.Count; i++) (Thresholds[i], Keeps[i], TreeOf[i]) = (_blocks[i].Threshold, _blocks[i].Keep, _blocks[i].Tree);
    }

    public int TreeCount { get; }

    /// <summary>Words of a row, one for each tree: a whole number of vectors.</summary>
    public int Stride { get; }

    /// <summary>By tree, each with room for <see cref="QuickScorerRow.MaxLeaves"/>, from left to right.</summary>
    public double[] Leaves { get; }

    public Column[] Columns { get; }

    /// <summary>
    /// By tree a bit for each leaf that is left. A numeric column's first row is a missing value's, then comes one for each
    /// block, with what the blocks before it strike out; a categorical column's are its categories'.
    /// </summary>
    public ReadOnlySpan<uint> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>The last threshold of each block, with infinities after those of a column.</summary>
    public float[] Tops { get; }

    /// <summary>By node, in blocks of eight, ascending in a column. Where there is no node, infinity. The first block has none.</summary>
    public float[] Thresholds { get; }

    /// <summary>By node what is left where the value is above the threshold.</summary>
    public uint[] Keeps { get; }

    /// <summary>By node.</summary>
    public byte[] TreeOf { get; }

    /// <summary>Categorical columns' rows by <see cref="BinnedColumn.CategoryBin"/>.</summary>
    public byte[] RowOfBin { get; }

    private void Read(Tree tree, byte number, SortedDictionary<(int Slot, bool IsCategorical), List<Node>> bySlot)
    {
        var leaves = 0;
        Visit(tree.Root);

        // The bits of the leaves below the child.
        uint Visit(int child)
        {
            if (child < 0)
            {
                Leaves[(number * QuickScorerRow.MaxLeaves) + leaves] = tree.Leaves[~child];
                return 1u << leaves++;
            }

            var node = tree.Nodes[child];
            var left = Visit(node.Left);
            var key = (node.Slot, node.IsCategorical);
            if (!bySlot.TryGetValue(key, out var nodes)) bySlot[key] = nodes = [];
            nodes.Add(new Node(node.IsCategorical ? 0 : node.Threshold, _sets.Count, ~left, number, node.MissingLeft));
            if (node.IsCategorical) _sets.Add(tree.Sets[node.Set]);
            return left | Visit(node.Right);
        }
    }

    private void AddNumbers(int slot, List<Node> nodes)
    {
        var column = new Column(slot, _rows.Count / Stride, _blocks.Count / Block, _tops.Count, FirstBin: -1);
        var row = AllLeft();
        foreach (var node in nodes)
        {
            if (!node.MissingLeft) node.Strike(row);
        }

        _rows.AddRange(row);

        // The last block has room to spare, so that no value is above all of its thresholds.
        nodes.Sort((a, b) => a.Threshold.CompareTo(b.Threshold));
        row.AsSpan().Fill(uint.MaxValue);
        for (var i = 0; i <= nodes.Count; i += Block)
        {
            var block = CollectionsMarshal.AsSpan(nodes)[i..Math.Min(i + Block, nodes.Count)];
            _rows.AddRange(row);
            foreach (var node in block) node.Strike(row);
            AddBlock(block);
            _tops.Add(_blocks[^1].Threshold);
        }

        while (_tops.Count % Block != 0) _tops.Add(float.PositiveInfinity);
        _columns.Add(column with { EndTop = _tops.Count });
    }

    private void AddBlock(ReadOnlySpan<Node> nodes)
    {
        _blocks.AddRange(nodes);

        // Different trees, so that one need not wait for the other.
        for (var i = nodes.Length; i < Block; i++)
        {
            _blocks.Add(new Node(float.PositiveInfinity, 0, uint.MaxValue, (byte)(i % TreeCount), MissingLeft: true));
        }
    }

    private void AddCategories(int slot, List<Node> nodes)
    {
        var column = new Column(slot, _rows.Count / Stride, FirstBlock: 0, FirstTop: 0, _rowOfBin.Count);
        Span<uint> last = [];
        for (var bin = 0; bin <= byte.MaxValue; bin++)
        {
            var row = AllLeft();
            foreach (var node in nodes)
            {
                if (!_sets[node.Set].Contains(bin)) node.Strike(row);
            }

            // Those that training has not seen are all alike.
            if (!last.SequenceEqual(row)) _rows.AddRange(row);
            last = row;
            _rowOfBin.Add((byte)((_rows.Count / Stride) - 1 - column.FirstRow));
        }

        _columns.Add(column);
    }

    private uint[] AllLeft()
    {
        var row = new uint[Stride];
        row.AsSpan().Fill(uint.MaxValue);
        return row;
    }

    /// <summary>The nodes of one slot.</summary>
    /// <param name="FirstTop">A whole number of vectors up to <see cref="EndTop"/>.</param>
    /// <param name="FirstBin">Into <see cref="RowOfBin"/>; −1 for a numeric one.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Column(int Slot, int FirstRow, int FirstBlock, int FirstTop, int FirstBin)
    {
        public int EndTop { get; init; }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Node(float Threshold, int Set, uint Keep, byte Tree, bool MissingLeft)
    {
        public void Strike(uint[] row) => row[Tree] &= Keep;
    }
}
