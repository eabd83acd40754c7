using System.Numerics;
using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Learning.Tests.Explanation;

/// <summary>Shapley values of small trees by definition, and random trees to compare on.</summary>
internal static class ShapleyReference
{
    /// <summary>
    /// Shapley's formula (1953): a slot's contribution averaged over all orders in which slots become known.
    /// </summary>
    public static double[] BruteForce(int slots, Func<int, double> game)
    {
        double[] worth = [.. Enumerable.Range(0, 1 << slots).Select(game)];
        double[] factorial = new double[slots + 1];
        factorial[0] = 1;
        for (var i = 1; i <= slots; i++) factorial[i] = i * factorial[i - 1];
        return [.. Enumerable.Range(0, slots)
            .Select(slot => Enumerable.Range(0, 1 << slots).Where(known => (known >> slot & 1) == 0).Sum(known =>
            {
                var size = BitOperations.PopCount((uint)known);
                return factorial[size] * factorial[slots - size - 1] / factorial[slots]
                    * (worth[known | (1 << slot)] - worth[known]);
            }))];
    }

    /// <summary>
    /// The expected raw score given the slots in <paramref name="known"/>, by definition.
    /// </summary>
    public static double Game(TreeEnsemble ensemble, int output, float[] slots, int known)
    {
        var sum = ensemble.BaseScores[output];
        for (var i = output; i < ensemble.Trees.Count; i += ensemble.OutputCount)
        {
            var tree = ensemble.Trees[i];
            var covers = tree.NodeCovers();
            double CoverOf(int at) => at >= 0 ? covers[at] : tree.Covers[~at];
            double Worth(int at)
            {
                if (at < 0) return tree.Leaves[~at];
                var node = tree.Nodes[at];
                if ((known >> node.Slot & 1) != 0)
                {
                    var value = slots[node.Slot];
                    var left = node.IsCategorical ? tree.Sets[node.Set].Contains(BinnedColumn.CategoryBin(value))
                        : float.IsNaN(value) ? node.MissingLeft : value <= node.Threshold;
                    return Worth(left ? node.Left : node.Right);
                }

                return ((CoverOf(node.Left) * Worth(node.Left)) + (CoverOf(node.Right) * Worth(node.Right)))
                    / covers[at];
            }

            sum += Worth(tree.Root);
        }

        return sum;
    }

    public static Tree RandomTree(SplitMix64 random, int slots, int leaves)
    {
        var (nodes, sets) = (new List<TreeNode>(), new List<BinSet>());
        var values = new List<double> { random.NextDouble() };
        var parents = new List<(int Node, bool Left)> { (-1, false) };
        while (values.Count < leaves)
        {
            var leaf = random.NextInt32(values.Count);
            var slot = random.NextInt32(slots);
            TreeNode node;
            if (random.NextDouble() < 0.3)
            {
                var set = default(BinSet);
                for (var bin = 0; bin < 8; bin++) if (random.NextDouble() < 0.5) set.Add(bin);
                node = TreeNode.Categorical(slot, sets.Count);
                sets.Add(set);
            }
            else
            {
                node = TreeNode.Numeric(slot, random.NextInt32(4) + 0.5f, random.NextDouble() < 0.5);
            }

            (node.Left, node.Right) = (~leaf, ~values.Count);
            if (parents[leaf] is { Node: >= 0 } parent)
            {
                var above = nodes[parent.Node];
                if (parent.Left) above.Left = nodes.Count;
                else above.Right = nodes.Count;
                nodes[parent.Node] = above;
            }

            parents[leaf] = (nodes.Count, true);
            parents.Add((nodes.Count, false));
            nodes.Add(node);
            values.Add((random.NextDouble() * 10) - 5);
        }

        return new Tree([.. nodes], [.. sets], [.. values],
            [.. values.Select(_ => 1 + random.NextInt32(random.NextDouble() < 0.5 ? 3 : 100_000))]);
    }
}
