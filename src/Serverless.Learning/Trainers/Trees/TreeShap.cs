using System.Runtime.Intrinsics;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Exact Shapley values of an ensemble of trees, in the game of TreeSHAP with path-dependent feature perturbation
/// (Lundberg et al., 'From local explanations to global understanding with explainable AI for trees', 2020): the value
/// of a set of known slots is that of a walk which follows the row at nodes of known slots and takes both branches at
/// the others, weighted by their training rows.
/// </summary>
/// <remarks>
/// <para>
/// A Shapley value is an integral over t from 0 to 1 of how much the slot changes the game when every other slot is
/// known with probability t (Owen, 'Multilinear extensions of games', 1972). For one leaf the game is a product over
/// the path's slots of t + share · (1 − t) if the row fits the path, and of share · (1 − t) if it does not; so the
/// integrand is a polynomial in t, and a Gauss–Legendre rule with half as many points as the path has slots integrates
/// it exactly, adding only positive numbers. At each point the leaves below an edge are summed first and divided by the
/// edge's own factor once (the order of summation of Yu et al., 'Linear TreeShap', 2022). The time is proportional to
/// nodes times points.
/// </para>
/// <para>
/// If a path splits by a slot again, only the lowest edge's factor counts; the contribution of the edge above it is
/// subtracted for these leaves.
/// </para>
/// </remarks>
internal sealed class TreeShap : SlotAttribution
{
    private readonly TreePaths[] _trees;
    private readonly double[] _base;
    private readonly int _maxNodes;

    /// <summary>
    /// The quadrature rule's points t, 1 − t, and weights, four per vector; the last vector is padded with weights of
    /// 0.
    /// </summary>
    private readonly Vector256<double>[] _known;
    private readonly Vector256<double>[] _unknown;
    private readonly Vector256<double>[] _weights;

    public TreeShap(TreeEnsemble ensemble)
    {
        _base = [.. ensemble.BaseScores];
        _trees = [.. ensemble.Trees.Select(tree => new TreePaths(tree))];
        var maxSlots = 1;
        foreach (var (i, tree) in _trees.Index())
        {
            _base[i % _base.Length] += tree.Mean;
            maxSlots = Math.Max(maxSlots, tree.MaxSlots);
            _maxNodes = Math.Max(_maxNodes, tree.Tree.Nodes.Length);
        }

        var (points, weights) = GaussLegendre.Rule((maxSlots + 1) / 2);
        var width = Vector256<double>.Count;
        var padding = new double[(width - (points.Length % width)) % width];
        Array.Fill(padding, 0.5);
        double[] padded = [.. points, .. padding];
        _known = Vectors(padded);
        _unknown = Vectors(Array.ConvertAll(padded, t => 1 - t));
        _weights = Vectors([.. weights, .. new double[padding.Length]]);
    }

    public override ReadOnlySpan<double> Base => _base;

    public override void AddTo(ReadOnlySpan<float> slots, Span<double> contributions)
    {
        var work = new Work(_maxNodes, _known.Length);
        for (var i = 0; i < _trees.Length; i++)
        {
            GoDown(_trees[i], slots, work);
            GoUp(_trees[i], work, contributions[(i % _base.Length)..]);
        }
    }

    /// <summary>Downwards: each path's product of factors, times the leaf's value at a leaf.</summary>
    private void GoDown(TreePaths paths, ReadOnlySpan<float> slots, Work work)
    {
        var (tree, points) = (paths.Tree, _known.Length);
        work.Products.AsSpan(0, points).Fill(Vector256<double>.One);
        for (var node = 0; node < tree.Nodes.Length; node++)
        {
            var goesLeft = tree.Nodes[node].GoesLeft(tree.Sets, slots);
            for (var edge = 2 * node; edge < (2 * node) + 2; edge++)
            {
                var (above, child) = (paths.Above[edge], paths.Child(edge));
                work.Fits[edge] = goesLeft == (edge % 2 == 0) && (above < 0 || work.Fits[above]);
                var share = Vector256.Create(paths.Share[edge]);
                var value = Vector256.Create(child < 0 ? tree.Leaves[~child] : 1);
                for (var q = 0; q < points; q++)
                {
                    var factor = share * _unknown[q];
                    if (work.Fits[edge]) factor += _known[q];
                    work.Inverses[(edge * points) + q] = Vector256<double>.One / factor;
                    var product = work.Products[(node * points) + q] * factor * value;
                    if (above >= 0) product *= work.Inverses[(above * points) + q];
                    if (child < 0) work.Sums[(edge * points) + q] = product;
                    else work.Products[(child * points) + q] = product;
                }
            }
        }
    }

    /// <summary>Upwards: sums over the leaves below each edge, and the contribution of the edge's slot.</summary>
    private void GoUp(TreePaths paths, Work work, Span<double> contributions)
    {
        var (tree, points) = (paths.Tree, _known.Length);
        for (var edge = (2 * tree.Nodes.Length) - 1; edge >= 0; edge--)
        {
            var (above, child) = (paths.Above[edge], paths.Child(edge));
            var change = Vector256.Create((work.Fits[edge] ? 1 : 0) - paths.Share[edge]);
            var changeAbove = Vector256.Create(above < 0 ? 0 : (work.Fits[above] ? 1 : 0) - paths.Share[above]);
            var total = Vector256<double>.Zero;
            for (var q = 0; q < points; q++)
            {
                ref var sum = ref work.Sums[(edge * points) + q];
                if (child >= 0) sum = work.Sums[(2 * child * points) + q] + work.Sums[(((2 * child) + 1) * points) + q];
                var slope = change * work.Inverses[(edge * points) + q];
                if (above >= 0) slope -= changeAbove * work.Inverses[(above * points) + q];
                total += _weights[q] * sum * slope;
            }

            contributions[tree.Nodes[edge / 2].Slot * _base.Length] += Vector256.Sum(total);
        }
    }

    private static Vector256<double>[] Vectors(double[] values) =>
        [.. Enumerable.Range(0, values.Length / Vector256<double>.Count)
            .Select(i => Vector256.Create(values, i * Vector256<double>.Count))];

    /// <summary>Buffers for one tree, point by point for each node or edge.</summary>
    private sealed class Work(int nodes, int points)
    {
        public Vector256<double>[] Products { get; } = new Vector256<double>[Math.Max(1, nodes) * points];

        public Vector256<double>[] Inverses { get; } = new Vector256<double>[2 * nodes * points];

        public Vector256<double>[] Sums { get; } = new Vector256<double>[2 * nodes * points];

        /// <summary>Per edge, whether the row fits it and the edges of its slot above it.</summary>
        public bool[] Fits { get; } = new bool[2 * nodes];
    }
}
