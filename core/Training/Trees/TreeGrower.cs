using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Training.Trees;

/// <summary>
/// Grows trees leaf by leaf, the leaf with the largest gain first (Shi, 'Best-first decision tree learning', 2007).
/// Of two children only the smaller one's histogram is counted; the other is the parent's less that (as in LightGBM).
/// One grower serves all trees of a training run, and keeps its buffers.
/// </summary>
internal sealed class TreeGrower(BinnedMatrix data, TreeSettings settings, int threads)
{
    /// <summary>Below this many bins and rows times slots, handing work to threads costs more than it saves.</summary>
    private const long WorthThreads = 20_000;

    private readonly int[] _rows = new int[data.RowCount];
    private readonly int[] _scratch = new int[data.RowCount];
    private readonly Vector128<long>[] _ordered = new Vector128<long>[data.RowCount];
    private readonly List<Vector128<long>[]> _histograms = [];
    private readonly List<Leaf> _leaves = [];
    private readonly List<TreeNode> _nodes = [];
    private readonly List<BinSet> _sets = [];
    private int _histogramsUsed;

    private sealed class Leaf
    {
        public required int From { get; init; }

        public required int Count { get; init; }

        public required Vector128<long> Sum { get; init; }

        public Vector128<long>[]? Histogram { get; set; }

        public Split[] Candidates { get; set; } = [];

        public Split Best { get; set; }

        /// <summary>The node that leads here, and by which side; −1 for the root.</summary>
        public int Parent { get; init; } = -1;

        public bool IsLeft { get; init; }
    }

    /// <param name="rows">The rows to learn from.</param>
    /// <param name="pairs">Quantised gradient and hessian of every row of the data.</param>
    /// <param name="slots">The slots that may be split by, ascending.</param>
    /// <param name="slotGains">The gain of each split is added to its slot's.</param>
    public Tree Grow(
        ReadOnlySpan<int> rows, Vector128<long>[] pairs, GradientScale scale, int[] slots, double[] slotGains)
    {
        _leaves.Clear();
        _nodes.Clear();
        _sets.Clear();
        _histogramsUsed = 0;
        rows.CopyTo(_rows);

        var sum = Vector128<long>.Zero;
        foreach (var row in rows) sum += pairs[row];
        var root = new Leaf { From = 0, Count = rows.Length, Sum = sum };
        _leaves.Add(root);
        FindSplits(root, null, pairs, scale, slots);

        while (_leaves.Count < settings.MaxLeaves && BestLeaf() is var at and >= 0)
        {
            var leaf = _leaves[at];
            slotGains[leaf.Best.Slot] += leaf.Best.Gain;
            var (left, right) = Part(leaf, scale);
            _leaves[at] = left;
            _leaves.Add(right);
            if (_leaves.Count == settings.MaxLeaves) break;

            var (small, large) = left.Count <= right.Count ? (left, right) : (right, left);
            large.Histogram = leaf.Histogram;
            FindSplits(small, large, pairs, scale, slots);
        }

        return new Tree([.. _nodes], [.. _sets], [.. _leaves.Select(l => Value(l, scale))], [.. _leaves.Select(l => l.Count)]);
    }

    /// <summary>Adds the value of the tree grown last to every <paramref name="outputs"/>-th raw score of its rows.</summary>
    public void AddTo(double[] raw, int output, int outputs, Tree tree) =>
        FixedOrder.For(threads, _leaves.Count, i =>
        {
            foreach (var row in _rows.AsSpan(_leaves[i].From, _leaves[i].Count)) raw[(row * outputs) + output] += tree.Leaves[i];
        });

    private double Value(Leaf leaf, GradientScale scale) =>
        -settings.LearningRate * scale.Gradient(leaf.Sum) / (scale.Hessian(leaf.Sum) + settings.Lambda);

    /// <returns>Index of the leaf whose split gains most, the first of equals; −1 where none can be split.</returns>
    private int BestLeaf()
    {
        var (best, gain) = (-1, 0.0);
        for (var i = 0; i < _leaves.Count; i++)
        {
            if (_leaves[i].Best.Gain > gain) (best, gain) = (i, _leaves[i].Best.Gain);
        }

        return best;
    }

    /// <summary>Makes a node of the leaf's best split, and puts the rows that go left before those that go right.</summary>
    private (Leaf Left, Leaf Right) Part(Leaf leaf, GradientScale scale)
    {
        var split = leaf.Best;
        var column = data.Columns[split.Slot];
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
        for (var bin = 0; bin < column.BinCount; bin++) goesLeft[bin] = split.GoesLeft(bin, column.IsCategorical) ? (byte)1 : (byte)0;
        var leftCount = PartRows(_rows.AsSpan(leaf.From, leaf.Count), _scratch, column.Bins, goesLeft);
        Leaf Child(bool isLeft) => new()
        {
            From = isLeft ? leaf.From : leaf.From + leftCount,
            Count = isLeft ? leftCount : leaf.Count - leftCount,
            Sum = isLeft ? split.Left : leaf.Sum - split.Left,
            Parent = _nodes.Count - 1,
            IsLeft = isLeft,
        };
        return (Child(isLeft: true), Child(isLeft: false));
    }

    /// <summary>Keeps the order on both sides, and does without a branch, which no processor could predict.</summary>
    private static int PartRows(Span<int> rows, int[] scratch, byte[] bins, byte[] goesLeft)
    {
        var (left, right) = (0, 0);
        foreach (var row in rows)
        {
            int isLeft = goesLeft[bins[row]];
            rows[left] = row;
            scratch[right] = row;
            left += isLeft;
            right += 1 - isLeft;
        }

        scratch.AsSpan(0, right).CopyTo(rows[left..]);
        return left;
    }

    /// <param name="large">Null for the root; otherwise holds the parent's histogram, which becomes its own.</param>
    private void FindSplits(Leaf small, Leaf? large, Vector128<long>[] pairs, GradientScale scale, int[] slots)
    {
        var smallCanSplit = small.Count >= 2 * settings.MinRows;
        var largeCanSplit = large?.Count >= 2 * settings.MinRows;
        if (!smallCanSplit && !largeCanSplit) return;

        small.Histogram = RentHistogram();
        small.Candidates = new Split[slots.Length];
        if (large is not null) large.Candidates = new Split[slots.Length];

        // Gathered once, so that each slot reads them one after the other.
        for (var i = 0; i < small.Count; i++) _ordered[i] = pairs[_rows[small.From + i]];

        var finder = new SplitFinder(scale, settings);
        var work = (long)slots.Length * (small.Count + byte.MaxValue);
        FixedOrder.For(work < WorthThreads ? 1 : threads, slots.Length, i =>
        {
            var slot = slots[i];
            var column = data.Columns[slot];
            var (offset, length) = (data.HistogramOffsets[slot], column.BinCount);
            var counted = small.Histogram.AsSpan(offset, length);
            Count(column.Bins, _rows.AsSpan(small.From, small.Count), _ordered, counted);
            if (smallCanSplit) small.Candidates[i] = finder.Find(slot, column, counted, small.Sum);
            if (!largeCanSplit) return;
            var rest = large!.Histogram.AsSpan(offset, length);
            for (var bin = 0; bin < length; bin++) rest[bin] -= counted[bin];
            large.Candidates[i] = finder.Find(slot, column, rest, large.Sum);
        });

        small.Best = Best(small.Candidates);
        if (large is not null) large.Best = Best(large.Candidates);
    }

    private static void Count(
        byte[] bins, ReadOnlySpan<int> rows, Vector128<long>[] pairs, Span<Vector128<long>> histogram)
    {
        histogram.Clear();
        for (var i = 0; i < rows.Length; i++) histogram[bins[rows[i]]] += pairs[i];
    }

    private static Split Best(Split[] candidates)
    {
        var best = default(Split);
        foreach (var candidate in candidates)
        {
            if (candidate.Gain > best.Gain) best = candidate;
        }

        return best;
    }

    private Vector128<long>[] RentHistogram()
    {
        if (_histogramsUsed == _histograms.Count) _histograms.Add(new Vector128<long>[data.HistogramLength]);
        return _histograms[_histogramsUsed++];
    }
}
