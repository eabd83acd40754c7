
namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Row-independent data of one tree's edges, two per node (2n to the left child of node n, 2n + 1 to the right one).
/// </summary>
internal sealed class TreePaths
{
    public TreePaths(Tree tree)
    {
        Tree = tree;
        var nodes = tree.Nodes;
        var covers = tree.NodeCovers();
        (Above, Share) = (new int[2 * nodes.Length], new double[2 * nodes.Length]);
        var (edgeTo, slotsOnPath) = (new int[nodes.Length], new int[nodes.Length]);
        if (nodes.Length == 0) Mean = tree.Leaves[0];
        else edgeTo[0] = -1;

        for (var edge = 0; edge < Above.Length; edge++)
        {
            var node = edge / 2;
            var child = Child(edge);
            double cover = child >= 0 ? covers[child] : tree.Covers[~child];
            Above[edge] = -1;
            for (var e = edgeTo[node]; e >= 0 && Above[edge] < 0; e = edgeTo[e / 2])
            {
                if (nodes[e / 2].Slot == nodes[node].Slot) Above[edge] = e;
            }

            Share[edge] = cover / covers[node] * (Above[edge] >= 0 ? Share[Above[edge]] : 1);
            var slots = slotsOnPath[node] + (Above[edge] >= 0 ? 0 : 1);
            MaxSlots = Math.Max(MaxSlots, slots);
            if (child >= 0) (edgeTo[child], slotsOnPath[child]) = (edge, slots);
            else Mean += tree.Leaves[~child] * cover / covers[0];
        }
    }

    public Tree Tree { get; }

    /// <summary>Per edge, the nearest edge above it that splits by the same slot; −1 without one.</summary>
    public int[] Above { get; }

    /// <summary>
    /// Per edge, the share of rows that take it and the edges of its slot above it, among those that arrive if its slot
    /// is ignored on the path.
    /// </summary>
    public double[] Share { get; }

    /// <summary>Max number of distinct slots on a path.</summary>
    public int MaxSlots { get; }

    /// <summary>The tree's mean value over its training rows.</summary>
    public double Mean { get; }

    /// <summary>The edge's node, or the complement of its leaf.</summary>
    public int Child(int edge) => edge % 2 == 0 ? Tree.Nodes[edge / 2].Left : Tree.Nodes[edge / 2].Right;
}
