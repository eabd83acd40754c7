using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Scores one row by walking eight trees in lockstep, one level at a time and branch-free: no step depends on the one
/// before it. For trees without categories that have too many leaves for <see cref="QuickScorerRow"/>.
/// </summary>
internal sealed unsafe class TreeWalkScorer
{
    private const int Abreast = 8;
    private const int StackSlots = 1024;

    /// <summary>Compact, so that the nodes of a hundred trees stay in the L1 cache.</summary>
    private readonly Node[] _nodes;

    /// <summary>Leaf values by node.</summary>
    private readonly double[] _values;
    private readonly int[] _roots;
    private readonly int _treeCount;
    private readonly int _slotCount;

    private TreeWalkScorer(Tree[] trees, int slotCount)
    {
        _slotCount = slotCount;
        _treeCount = trees.Length;
        var count = 1 + trees.Sum(t => t.Nodes.Length + t.Leaves.Length);
        (_nodes, _values) = (new Node[count], new double[count]);

        // The first node is a leaf, for padding.
        _roots = new int[(trees.Length + Abreast - 1) / Abreast * Abreast];
        var at = 1;
        foreach (var (i, tree) in trees.Index())
        {
            _roots[i] = at++;
            Place(tree, tree.Root, _roots[i]);
        }

        // Places the two children of a node side by side.
        void Place(Tree tree, int child, int place)
        {
            if (child < 0)
            {
                _nodes[place].Threshold = int.MaxValue;
                _values[place] = tree.Leaves[~child];
                return;
            }

            ref readonly var node = ref tree.Nodes[child];
            var children = at;
            at += 2;
            _nodes[place] = new Node
            {
                // Values are finite, so a missing value placed above all others exceeds this too.
                Threshold = Order(Math.Min(node.Threshold, float.MaxValue)),
                Slot = (ushort)(1 + node.Slot + (node.MissingLeft ? 0 : slotCount)),
                Children = (ushort)(children - place),
            };
            Place(tree, node.Left, children);
            Place(tree, node.Right, children + 1);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        /// <summary>As by <see cref="Order"/>: a value above this goes to the second child.</summary>
        public int Threshold;

        /// <summary>Index into the copied row; 0 for a leaf.</summary>
        public ushort Slot;

        /// <summary>Distance to the first child; 0 for a leaf.</summary>
        public ushort Children;
    }

    /// <returns>Null if a tree splits on categories or is too large for a node's fields.</returns>
    public static TreeWalkScorer? Of(Tree[] trees, int slotCount) =>
        (2 * slotCount) + 1 > ushort.MaxValue
            || Array.Exists(trees, t => t.Sets.Length > 0 || 2 * t.Leaves.Length > ushort.MaxValue)
            ? null
            : new TreeWalkScorer(trees, slotCount);

    /// <param name="raw">One value for each raw score.</param>
    public void AddTo(ReadOnlySpan<float> slots, Span<double> raw)
    {
        var length = 1 + (2 * _slotCount);
        var row = length <= StackSlots ? stackalloc int[length] : new int[length];
        CopyRow(slots, row);
        fixed (int* values = row)
        fixed (double* leaves = _values)
        fixed (Node* nodes = _nodes)
        {
            var found = stackalloc int[Abreast];
            var (tree, output) = (0, 0);
            for (; tree < _treeCount; tree += Abreast)
            {
                Walk(nodes, _roots.AsSpan(tree, Abreast), values, found);
                var trees = Math.Min(Abreast, _treeCount - tree);
                for (var i = 0; i < trees; i++)
                {
                    raw[output] += leaves[found[i]];
                    if (++output == raw.Length) output = 0;
                }
            }
        }
    }

    /// <summary>
    /// Copies the row twice, with missing values below and above all others, after a slot for leaves to read.
    /// </summary>
    private void CopyRow(ReadOnlySpan<float> slots, Span<int> row)
    {
        row[0] = 0;
        var below = row.Slice(1, _slotCount);
        var above = row.Slice(1 + _slotCount, _slotCount);
        var i = 0;
        for (; i + Vector256<float>.Count <= slots.Length; i += Vector256<float>.Count)
        {
            var value = Vector256.Create(slots[i..]);
            var known = Vector256.Equals(value, value).AsInt32();
            var bits = (value + Vector256<float>.Zero).AsInt32();
            var order = bits ^ (Vector256.ShiftRightArithmetic(bits, 31) & Vector256.Create(int.MaxValue));
            Vector256.ConditionalSelect(known, order, Vector256.Create(int.MinValue)).CopyTo(below[i..]);
            Vector256.ConditionalSelect(known, order, Vector256.Create(int.MaxValue)).CopyTo(above[i..]);
        }

        for (; i < slots.Length; i++)
        {
            below[i] = float.IsNaN(slots[i]) ? int.MinValue : Order(slots[i]);
            above[i] = float.IsNaN(slots[i]) ? int.MaxValue : Order(slots[i]);
        }
    }

    /// <summary>Maps a float to an integer of the same order, which compares faster. −0 is 0.</summary>
    private static int Order(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value + 0f);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Node* nodes, ReadOnlySpan<int> roots, int* row, int* found)
    {
        Node* a = nodes + roots[0], b = nodes + roots[1], c = nodes + roots[2], d = nodes + roots[3];
        Node* e = nodes + roots[4], f = nodes + roots[5], g = nodes + roots[6], h = nodes + roots[7];
        for (var levels = 2; ; levels += 2)
        {
            a = Step(a, row);
            b = Step(b, row);
            c = Step(c, row);
            d = Step(d, row);
            e = Step(e, row);
            f = Step(f, row);
            g = Step(g, row);
            h = Step(h, row);
            a = Step(a, row);
            b = Step(b, row);
            c = Step(c, row);
            d = Step(d, row);
            e = Step(e, row);
            f = Step(f, row);
            g = Step(g, row);
            h = Step(h, row);

            // All eight hardly ever reach their leaf earlier.
            if (levels >= 6 && (a->Slot | b->Slot | c->Slot | d->Slot | e->Slot | f->Slot | g->Slot | h->Slot) == 0)
            {
                break;
            }
        }

        found[0] = (int)(a - nodes);
        found[1] = (int)(b - nodes);
        found[2] = (int)(c - nodes);
        found[3] = (int)(d - nodes);
        found[4] = (int)(e - nodes);
        found[5] = (int)(f - nodes);
        found[6] = (int)(g - nodes);
        found[7] = (int)(h - nodes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Node* Step(Node* node, int* row)
    {
        var isAbove = row[node->Slot] > node->Threshold;
        return node + (nint)(uint)(node->Children + Unsafe.BitCast<bool, byte>(isAbove));
    }
}
