using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Grows trees leaf by leaf, the largest gain first (Shi, 'Best-first decision tree learning', 2007). Only the smaller
/// child's histogram is counted; the other is the parent's minus that (as in LightGBM). One grower serves all trees of
/// a training run and reuses its buffers.
/// </summary>
internal sealed unsafe class TreeGrower : IDisposable
{
    private const int BlockRows = 8192;

    private readonly BinnedMatrix _data;
    private readonly TreeSettings _settings;
    private readonly SpinWorkers _crew;
    private readonly RowTiles _tiles;
    private readonly int _width;
    private readonly List<Histogram> _histograms = [];
    private readonly Histogram[] _partial;
    private readonly bool[] _counted;
    private readonly List<Leaf> _leaves = [];
    private readonly List<TreeNode> _nodes = [];
    private readonly List<BinSet> _sets = [];
    private readonly List<BinSet> _leftBins = [];
    private int _histogramsUsed;

    public TreeGrower(BinnedMatrix data, TreeSettings settings, SpinWorkers crew)
    {
        (_data, _settings, _crew) = (data, settings, crew);
        _tiles = new RowTiles(data, crew);
        Rows = new RowLists(data.RowCount);
        var bins = data.Columns.Select(c => c.BinCount).DefaultIfEmpty(0).Max();
        _width = bins > Histograms.FullWidth / 2 ? Histograms.FullWidth : (bins + 3) & ~3;
        _partial = new Histogram[crew.Size];
        for (var i = 1; i < crew.Size; i++) _partial[i] = new Histogram(_width * data.Columns.Length);
        _counted = new bool[crew.Size];
    }

    /// <summary>The rows of the next tree; the caller writes them to the first buffer.</summary>
    public RowLists Rows { get; }

    /// <param name="count">Number of rows in <see cref="Rows"/>.</param>
    /// <param name="sum">Sum of their words.</param>
    /// <param name="slots">Slots to split by, ascending.</param>
    /// <param name="slotGains">Receives the gain of each split, added to its slot's.</param>
    public GrownTree Grow(int count, long sum, GradientScale scale, int[] slots, double[] slotGains)
    {
        _leaves.Clear();
        _nodes.Clear();
        _sets.Clear();
        _leftBins.Clear();
        _histogramsUsed = 0;
        var root = new Leaf { Rows = new RowRange(0, 0, count), Sum = sum };
        _leaves.Add(root);
        FindSplits(root, null, scale, slots);
        while (_leaves.Count < _settings.MaxLeaves && BestLeaf() is var at and >= 0)
        {
            var leaf = _leaves[at];
            slotGains[leaf.Best.Slot] += leaf.Best.Gain;
            var (left, right) = Part(leaf);
            _leaves[at] = left;
            _leaves.Add(right);
            if (_leaves.Count == _settings.MaxLeaves) break;

            var (small, large) = left.Rows.Count <= right.Rows.Count ? (left, right) : (right, left);
            large.Histogram = leaf.Histogram;
            FindSplits(small, large, scale, slots);
        }

        return new GrownTree([.. _nodes], [.. _sets], [.. _leftBins], [.. _leaves.Select(l => l.Rows)],
            [.. _leaves.Select(l => l.Bounds)]);
    }

    public void Dispose()
    {
        _tiles.Dispose();
        Rows.Dispose();
        foreach (var histogram in _histograms) histogram.Dispose();
        foreach (var histogram in _partial[1..]) histogram.Dispose();
    }

    /// <returns>Index of the leaf to split next, the first on a tie; −1 if none can be split.</returns>
    private int BestLeaf()
    {
        var best = -1;
        for (var i = 0; i < _leaves.Count; i++)
        {
            var leaf = _leaves[i];
            if (!(leaf.Best.Gain > 0)) continue;
            if (best < 0 || (_settings.DepthWise && leaf.Depth != _leaves[best].Depth
                ? leaf.Depth < _leaves[best].Depth
                : leaf.Best.Gain > _leaves[best].Best.Gain))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Turns the leaf's best split into a node and partitions its rows.</summary>
    private (Leaf Left, Leaf Right) Part(Leaf leaf)
    {
        var split = leaf.Best;
        var column = _data.Columns[split.Slot];
        if (leaf.Parent >= 0)
        {
            ref var parent = ref CollectionsMarshal.AsSpan(_nodes)[leaf.Parent];
            if (leaf.IsLeft) parent.Left = _nodes.Count;
            else parent.Right = _nodes.Count;
        }

        var node = column.IsCategorical ? TreeNode.Categorical(split.Slot, _sets.Count)
            : TreeNode.Numeric(split.Slot, column.ThresholdAfter(split.Bin), split.MissingLeft);
        if (column.IsCategorical) _sets.Add(split.Bins);
        node.Left = ~_leaves.IndexOf(leaf);
        node.Right = ~_leaves.Count;
        _nodes.Add(node);

        var goesLeft = new byte[byte.MaxValue + 1];
        var leftBins = default(BinSet);
        for (var bin = 0; bin < column.BinCount; bin++)
        {
            if (!split.GoesLeft(bin, column.IsCategorical)) continue;
            goesLeft[bin] = 1;
            leftBins.Add(bin);
        }

        _leftBins.Add(leftBins);
        var (left, right) = Rows.Part(leaf.Rows, column.Bins, goesLeft, _crew);
        var (leftBounds, rightBounds) = (leaf.Bounds, leaf.Bounds);
        var direction = _settings.Monotone.Length == 0 ? 0 : _settings.Monotone[split.Slot];
        if (direction > 0)
        {
            (leftBounds, rightBounds) = (
                leaf.Bounds with { High = split.Middle }, leaf.Bounds with { Low = split.Middle });
        }

        if (direction < 0)
        {
            (leftBounds, rightBounds) = (
                leaf.Bounds with { Low = split.Middle }, leaf.Bounds with { High = split.Middle });
        }

        Leaf Child(RowRange rows, long sum, LeafBounds bounds, bool isLeft) =>
            new()
            {
                Rows = rows,
                Sum = sum,
                Bounds = bounds,
                Depth = leaf.Depth + 1,
                Parent = _nodes.Count - 1,
                IsLeft = isLeft
            };
        return (Child(left, split.Left, leftBounds, isLeft: true),
            Child(right, leaf.Sum - split.Left, rightBounds, isLeft: false));
    }

    /// <param name="large">Null for the root; otherwise holds the parent's histogram, which becomes its own.</param>
    private void FindSplits(Leaf small, Leaf? large, GradientScale scale, int[] slots)
    {
        if (small.Depth >= _settings.MaxDepth) return;
        var smallCanSplit = small.Rows.Count >= 2 * _settings.MinRows;
        var largeCanSplit = large?.Rows.Count >= 2 * _settings.MinRows;
        if ((!smallCanSplit && !largeCanSplit) || slots.Length == 0) return;

        small.Histogram = RentHistogram();
        Count(small);

        var smallFinder = new SplitFinder(scale, _settings, small.Sum, small.Rows.Count, small.Bounds);
        var largeFinder = large is null
            ? default
            : new SplitFinder(scale, _settings, large.Sum, large.Rows.Count, large.Bounds);
        var parts = Math.Min(_crew.Size == 1 ? 1 : 2 * _crew.Size, slots.Length);
        small.Candidates = new TreeSplit[parts];
        if (large is not null) large.Candidates = new TreeSplit[parts];
        _crew.For(parts, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (part, _) =>
        {
            for (var i = slots.Length * part / parts; i < slots.Length * (part + 1) / parts; i++)
            {
                var slot = slots[i];
                var column = _data.Columns[slot];
                var counted = small.Histogram.Slot(slot, _width);
                for (var other = 1; other < _counted.Length; other++)
                {
                    if (_counted[other]) Histograms.Add(counted, _partial[other].Slot(slot, _width));
                }

                if (smallCanSplit)
                {
                    Take(smallFinder.Find(slot, column, counted[..column.BinCount]), ref small.Candidates[part]);
                }

                if (!largeCanSplit) continue;
                var rest = large!.Histogram!.Slot(slot, _width);
                Histograms.Subtract(rest, counted);
                Take(largeFinder.Find(slot, column, rest[..column.BinCount]), ref large.Candidates[part]);
            }
        });

        foreach (var candidate in small.Candidates) Take(candidate, ref small.Best);
        if (large is null) return;
        foreach (var candidate in large.Candidates) Take(candidate, ref large.Best);
    }

    private void Count(Leaf leaf)
    {
        var (entries, count) = ((nint)Rows.Of(leaf.Rows), leaf.Rows.Count);
        Array.Clear(_counted);
        leaf.Histogram!.Clear();
        _partial[0] = leaf.Histogram;
        _counted[0] = true;
        _crew.ForBlocks(count, BlockRows, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (from, to, worker) =>
        {
            if (!_counted[worker])
            {
                _counted[worker] = true;
                _partial[worker].Clear();
            }

            foreach (var tile in _tiles.Tiles)
            {
                Histograms.Count(tile, (ulong*)entries + from, to - from, _partial[worker].Words, _width);
            }
        });
    }

    private static void Take(in TreeSplit candidate, ref TreeSplit best)
    {
        if (candidate.Gain > best.Gain) best = candidate;
    }

    private Histogram RentHistogram()
    {
        if (_histogramsUsed == _histograms.Count) _histograms.Add(new Histogram(_width * _data.Columns.Length));
        return _histograms[_histogramsUsed++];
    }

    private sealed class Leaf
    {
        public required RowRange Rows { get; init; }

        public required long Sum { get; init; }

        public LeafBounds Bounds { get; init; } = LeafBounds.None;

        /// <summary>Depth: nodes on the path to the leaf.</summary>
        public int Depth { get; init; }

        public Histogram? Histogram { get; set; }

        public TreeSplit[] Candidates { get; set; } = [];

        public TreeSplit Best;

        /// <summary>The parent node, −1 for the root; and the side.</summary>
        public int Parent { get; init; } = -1;

        public bool IsLeft { get; init; }
    }

    private sealed class Histogram(int words) : IDisposable
    {
        public long* Words { get; } = (long*)NativeMemory.AlignedAlloc((nuint)Math.Max(words, 1) * sizeof(long), 64);

        public void Clear() => new Span<long>(Words, words).Clear();

        public Span<long> Slot(int slot, int width) => new(Words + ((long)slot * width), width);

        public void Dispose() => NativeMemory.AlignedFree(Words);
    }
}
