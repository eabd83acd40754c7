using System.Runtime.InteropServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// The lookup tables of <see cref="QuickScorerRow"/> for a group of trees: the leaves that remain for each value.
/// </summary>
internal sealed class QuickScorerTables
{
    /// <summary>Tables grow with the square of their trees; more, smaller tables are slower.</summary>
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

        // Capacity for every block; only categories may need more rows.
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
        for (var i = 0; i < _blocks.Count; i++)
        {
            (Thresholds[i], Keeps[i], TreeOf[i]) = (_blocks[i].Threshold, _blocks[i].Keep, _blocks[i].Tree);
        }
    }

    public int TreeCount { get; }

    /// <summary>Words per row, one per tree, padded to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>Leaf values by tree, left to right, padded to <see cref="QuickScorerRow.MaxLeaves"/>.</summary>
    public double[] Leaves { get; }

    public Column[] Columns { get; }

    /// <summary>
    /// Per tree a mask of the remaining leaves. A numeric column's first row is for missing values, followed by one per
    /// block with the joint mask of the blocks before it; a categorical column's rows are its categories'.
    /// </summary>
    public ReadOnlySpan<uint> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>The last threshold of each block, padded with infinity per column.</summary>
    public float[] Tops { get; }

    /// <summary>
    /// Thresholds by node, in blocks of eight, ascending per column and padded with infinity. The first block has no
    /// nodes.
    /// </summary>
    public float[] Thresholds { get; }

    /// <summary>Masks by node for values above the threshold.</summary>
    public uint[] Keeps { get; }

    /// <summary>Tree index by node.</summary>
    public byte[] TreeOf { get; }

    /// <summary>Rows of categorical columns by <see cref="BinnedColumn.CategoryBin"/>.</summary>
    public byte[] RowOfBin { get; }

    private void Read(Tree tree, byte number, SortedDictionary<(int Slot, bool IsCategorical), List<Node>> bySlot)
    {
        var leaves = 0;
        Visit(tree.Root);

        // Returns the bits of the leaves below the child.
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

        // The last block has spare room, so that no value exceeds all of its thresholds.
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

        // Spread over different trees to avoid dependencies.
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

            // Categories unknown in training share one row.
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
    /// <param name="FirstTop">Whole vectors from here to <see cref="EndTop"/>.</param>
    /// <param name="FirstBin">Index into <see cref="RowOfBin"/>; −1 for a numeric slot.</param>
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
