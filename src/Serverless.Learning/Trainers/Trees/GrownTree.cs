using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>A tree whose leaves have no value yet.</summary>
/// <param name="LeftBins">For each node the bins that go left.</param>
/// <param name="Rows">For each leaf, its rows in the grower's lists.</param>
/// <param name="Bounds">For each leaf, those of its value.</param>
internal sealed record GrownTree(TreeNode[] Nodes, BinSet[] Sets, BinSet[] LeftBins, RowRange[] Rows, LeafBounds[] Bounds)
{
    public int LeafOf(BinnedMatrix data, int row)
    {
        var at = Nodes.Length > 0 ? 0 : ~0;
        while (at >= 0)
        {
            ref readonly var node = ref Nodes[at];
            at = LeftBins[at].Contains(data.Columns[node.Slot].Bins[row]) ? node.Left : node.Right;
        }

        return ~at;
    }
}
