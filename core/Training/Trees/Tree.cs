namespace Serverless.Training.Trees;

/// <summary>One learned tree. Without a node it is a single leaf.</summary>
internal sealed record Tree(TreeNode[] Nodes, BinSet[] Sets, double[] Leaves)
{
    public int Root => Nodes.Length > 0 ? 0 : ~0;

    /// <summary>Adds the tree's value for each row to every <paramref name="outputs"/>-th raw score.</summary>
    /// <param name="data">What the tree was grown from.</param>
    public void AddTo(double[] raw, int output, int outputs, BinnedMatrix data, int threads) =>
        FixedOrder.ForRows(threads, data.RowCount, (from, to) =>
        {
            var slots = new float[data.Columns.Length];
            for (var row = from; row < to; row++)
            {
                data.CopyRow(row, slots);
                raw[(row * outputs) + output] += Leaves[TreeNode.Walk(Nodes, Sets, Root, slots)];
            }
        });

    /// <inheritdoc cref="AddTo(double[], int, int, BinnedMatrix, int)"/>
    public void AddTo(double[] raw, int output, int outputs, FeatureMatrix features, int threads) =>
        FixedOrder.ForRows(threads, features.RowCount, (from, to) =>
        {
            var slots = new float[features.Slots.Count];
            for (var row = from; row < to; row++)
            {
                features.CopyRow(row, slots);
                raw[(row * outputs) + output] += Leaves[TreeNode.Walk(Nodes, Sets, Root, slots)];
            }
        });
}
