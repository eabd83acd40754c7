using Serverless.Learning.Binning;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>One learned tree. Without nodes it is a single leaf.</summary>
/// <param name="Nodes">Parents before their children; the root first.</param>
/// <param name="Sets">Sets of bins (<see cref="BinnedColumn.CategoryBin"/>) that categorical nodes refer to.</param>
/// <param name="Leaves">What each leaf adds to the raw score.</param>
/// <param name="Covers">Number of training rows in each leaf.</param>
internal sealed record Tree(TreeNode[] Nodes, BinSet[] Sets, double[] Leaves, int[] Covers)
{
    public int Root => Nodes.Length > 0 ? 0 : ~0;

    /// <summary>Number of training rows that reached each node.</summary>
    public int[] NodeCovers()
    {
        var covers = new int[Nodes.Length];
        int Cover(int child) => child >= 0 ? covers[child] : Covers[~child];
        for (var i = Nodes.Length - 1; i >= 0; i--) covers[i] = Cover(Nodes[i].Left) + Cover(Nodes[i].Right);
        return covers;
    }

    /// <summary>The tree's contribution to the raw score of a row.</summary>
    public double ValueOf(ReadOnlySpan<float> slots) => Leaves[TreeNode.Walk(Nodes, Sets, Root, slots)];

    /// <summary>Checks that every index is valid and every walk ends: a child's index is above its parent's.</summary>
    /// <param name="number">The tree's number, for the message.</param>
    /// <exception cref="InvalidDataException">An index is invalid.</exception>
    public void Verify(int number, int slotCount)
    {
        if (Leaves.Length != Nodes.Length + 1 || Covers.Length != Leaves.Length)
        {
            throw new InvalidDataException(
                $"Expected {Nodes.Length + 1} leaves in tree {number}, "
                + $"found {Leaves.Length} values and {Covers.Length} covers.");
        }

        // Every node but the root, and every leaf, is the child of one node.
        var (nodeHasParent, leafHasParent) = (new bool[Nodes.Length], new bool[Leaves.Length]);
        bool IsChild(int child, int parent)
        {
            if (child >= 0 ? child <= parent || child >= Nodes.Length : ~child >= Leaves.Length) return false;
            ref var hasParent = ref child >= 0 ? ref nodeHasParent[child] : ref leafHasParent[~child];
            return !hasParent && (hasParent = true);
        }

        for (var i = 0; i < Nodes.Length; i++)
        {
            var node = Nodes[i];
            if (!IsChild(node.Left, i) || !IsChild(node.Right, i) || node.Slot >= slotCount
                || (node.IsCategorical && (uint)node.Set >= (uint)Sets.Length))
            {
                throw new InvalidDataException($"Node {i} of tree {number} has an invalid index.");
            }
        }
    }
}
