using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>A tree before its leaves get values.</summary>
/// <param name="LeftBins">Per node, the bins that go left.</param>
/// <param name="Rows">Per leaf, its rows in the grower's lists.</param>
/// <param name="Bounds">Per leaf, the bounds of its value.</param>
internal sealed record GrownTree(
    TreeNode[] Nodes, BinSet[] Sets, BinSet[] LeftBins, RowRange[] Rows, LeafBounds[] Bounds)
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
