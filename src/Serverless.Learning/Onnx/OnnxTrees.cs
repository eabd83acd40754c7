using Serverless.Learning.Binning;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Learning.Onnx;

/// <summary>
/// An ensemble's raw scores by ai.onnx.ml's TreeEnsemble, whose nodes split on thresholds and on sets as ours do, in
/// double precision, in which our thresholds and leaves are exact.
/// </summary>
internal static class OnnxTrees
{
    private const byte LessOrEqual = 0;
    private const byte Member = 6;

    /// <summary>Upper bound of the file's bytes, from the number of nodes and of set members.</summary>
    public static long EstimateBytes(Signature signature, TreeEnsemble ensemble) => ensemble.Trees.Sum(tree =>
        (48L * tree.Leaves.Length) + tree.Nodes.Where(n => n.IsCategorical)
            .Sum(n => 8L * (Members(tree, n, signature).Members.Length + 1)));

    /// <returns>Doubles of shape [N, raw scores].</returns>
    public static OnnxValue RawScores(OnnxFeatures features, Signature signature, TreeEnsemble ensemble)
    {
        var outputs = ensemble.BaseScores.Count;
        double[] baseScores = [.. ensemble.BaseScores];
        var nodes = new Nodes();
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            // A tree without a split adds a constant.
            if (ensemble.Trees[t].Nodes.Length == 0) baseScores[t % outputs] += ensemble.Trees[t].Leaves[0];
            else nodes.Append(ensemble.Trees[t], t % outputs, signature);
        }

        if (nodes.Roots.Count == 0) return features.ForEachRow(baseScores);
        var slots = features.Graph.Concat([.. features.Slots.Select((slot, i) =>
            signature.Slots[i].IsCategorical ? slot.Cast(OnnxType.Float) : slot)]);
        return features.Graph.AddMachineLearning("TreeEnsemble", slots.Cast(OnnxType.Double), nodes.Attributes(outputs))
            + features.Graph.Constant(baseScores, 1, outputs);
    }

    /// <summary>
    /// The codes that go left, or the others if they are fewer; never empty, which the operator does not support.
    /// </summary>
    private static (int[] Members, bool AreLeft) Members(Tree tree, TreeNode node, Signature signature)
    {
        var codes = Enumerable.Range(0, signature.Slots[node.Slot].Cardinality + 2);
        var isLeft = codes.ToLookup(code => tree.Sets[node.Set].Contains(code));
        int[] left = [.. isLeft[true]], right = [.. isLeft[false]];
        return right.Length == 0 || (left.Length > 0 && left.Length <= right.Length) ? (left, true) : (right, false);
    }

    /// <summary>All trees' nodes and leaves as the operator takes them: one array per property.</summary>
    private sealed class Nodes
    {
        private readonly List<long> _features = [];
        private readonly List<byte> _modes = [];
        private readonly List<double> _splits = [];
        private readonly List<double> _members = [];
        private readonly List<long> _missingTrue = [];
        private readonly List<int> _true = [];
        private readonly List<int> _false = [];
        private readonly List<long> _leafTargets = [];
        private readonly List<double> _leafWeights = [];

        public List<long> Roots { get; } = [];

        public void Append(Tree tree, int target, Signature signature)
        {
            var (firstNode, firstLeaf) = (_features.Count, _leafWeights.Count);
            int Move(int child) => child >= 0 ? child + firstNode : child - firstLeaf;
            Roots.Add(firstNode);
            foreach (var node in tree.Nodes)
            {
                var (left, right) = (Move(node.Left), Move(node.Right));
                if (node.IsCategorical)
                {
                    var (members, areLeft) = Members(tree, node, signature);
                    if (!areLeft) (left, right) = (right, left);
                    _modes.Add(Member);
                    _splits.Add(0);
                    foreach (var code in members) _members.Add(code);
                    _members.Add(double.NaN);
                }
                else
                {
                    _modes.Add(LessOrEqual);
                    _splits.Add(node.Threshold);
                }

                _features.Add(node.Slot);
                _missingTrue.Add(!node.IsCategorical && node.MissingLeft ? 1 : 0);
                _true.Add(left);
                _false.Add(right);
            }

            foreach (var leaf in tree.Leaves)
            {
                _leafTargets.Add(target);
                _leafWeights.Add(leaf);
            }
        }

        public ProtoWriter[] Attributes(int targets) =>
        [
            OnnxAttribute.Of("n_targets", targets),
            OnnxAttribute.Of("tree_roots", Roots),
            OnnxAttribute.Of("nodes_featureids", _features),
            OnnxAttribute.Of("nodes_modes", OnnxTensor.Of([.. _modes])),
            OnnxAttribute.Of("nodes_splits", OnnxTensor.Of([.. _splits])),
            .. (ReadOnlySpan<ProtoWriter>)(_members.Count == 0
                ? []
                : [OnnxAttribute.Of("membership_values", OnnxTensor.Of([.. _members]))]),
            OnnxAttribute.Of("nodes_missing_value_tracks_true", _missingTrue),
            OnnxAttribute.Of("nodes_truenodeids", _true.Select(Index)),
            OnnxAttribute.Of("nodes_trueleafs", _true.Select(IsLeaf)),
            OnnxAttribute.Of("nodes_falsenodeids", _false.Select(Index)),
            OnnxAttribute.Of("nodes_falseleafs", _false.Select(IsLeaf)),
            OnnxAttribute.Of("leaf_targetids", _leafTargets),
            OnnxAttribute.Of("leaf_weights", OnnxTensor.Of([.. _leafWeights])),
        ];

        private static long Index(int child) => child >= 0 ? child : ~child;

        private static long IsLeaf(int child) => child >= 0 ? 0 : 1;
    }
}
