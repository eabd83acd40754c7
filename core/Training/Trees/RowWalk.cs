using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Training.Trees;

/// <summary>
/// Scores one row by walking through eight trees at a time, a level of each in turn and without a branch on where it
/// leads: no step waits for the one before it, and the processor has nothing to guess. For trees without categories.
/// </summary>
internal sealed unsafe class RowWalk
{
    private const int Abreast = 8;
    private const int StackSlots = 1024;

    /// <summary>Pinned, as nodes point to one another.</summary>
    private readonly Node[] _nodes;
    private readonly double[] _values;
    private readonly int[] _roots;
    private readonly int _slotCount;

    private RowWalk(Tree[] trees, int slotCount)
    {
        _slotCount = slotCount;
        var count = trees.Sum(t => t.Nodes.Length + t.Leaves.Length);
        _nodes = GC.AllocateArray<Node>(count, pinned: true);
        _values = new double[count];
        _roots = new int[trees.Length];
        var first = (Node*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_nodes));
        var at = 0;
        foreach (var (i, tree) in trees.Index())
        {
            _roots[i] = at++;
            Place(tree, tree.Root, _roots[i]);
        }

        // The two children of a node side by side.
        void Place(Tree tree, int child, int place)
        {
            if (child < 0)
            {
                _nodes[place] = new Node { Threshold = float.PositiveInfinity, Children = first + place };
                _values[place] = tree.Leaves[~child];
                return;
            }

            ref readonly var node = ref tree.Nodes[child];
            var children = at;
            at += 2;
            _nodes[place] = new Node
            {
                // Values are finite; in a copy of the row where missing ones are infinite they too exceed this.
                Threshold = Math.Min(node.Threshold, float.MaxValue),
                Slot = 1 + node.Slot + (node.MissingLeft ? 0 : slotCount),
                Children = first + children,
            };
            Place(tree, node.Left, children);
            Place(tree, node.Right, children + 1);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        /// <summary>A value above this goes to the second child.</summary>
        public float Threshold;

        /// <summary>Into the copy of the row; 0 for a leaf.</summary>
        public int Slot;

        /// <summary>The first child; a leaf's is itself.</summary>
        public Node* Children;
    }

    /// <returns>Null where a tree asks for categories.</returns>
    public static RowWalk? Of(Tree[] trees, int slotCount) =>
        Array.Exists(trees, t => t.Sets.Length > 0) ? null : new RowWalk(trees, slotCount);

    /// <param name="raw">One value for each raw score.</param>
    public void AddTo(ReadOnlySpan<float> slots, Span<double> raw)
    {
        var length = 1 + (2 * _slotCount);
        var row = length <= StackSlots ? stackalloc float[length] : new float[length];
        CopyRow(slots, row);
        fixed (float* values = row)
        fixed (double* leaves = _values)
        {
            var nodes = (Node*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_nodes));
            var (tree, output) = (0, 0);
            var found = stackalloc int[Abreast];
            for (; tree + Abreast <= _roots.Length; tree += Abreast)
            {
                Walk(nodes, _roots.AsSpan(tree, Abreast), values, found);
                for (var i = 0; i < Abreast; i++)
                {
                    raw[output] += leaves[found[i]];
                    if (++output == raw.Length) output = 0;
                }
            }

            for (; tree < _roots.Length; tree++)
            {
                var node = nodes + _roots[tree];
                while (node->Slot != 0) node = Step(node, values);
                raw[output] += leaves[node - nodes];
                if (++output == raw.Length) output = 0;
            }
        }
    }

    /// <summary>Once with missing values below and once with them above all others, after a place for leaves to look at.</summary>
    private void CopyRow(ReadOnlySpan<float> slots, Span<float> row)
    {
        row[0] = 0;
        var below = row.Slice(1, _slotCount);
        var above = row.Slice(1 + _slotCount, _slotCount);
        var i = 0;
        for (; i + Vector256<float>.Count <= slots.Length; i += Vector256<float>.Count)
        {
            var value = Vector256.Create(slots[i..]);
            var known = Vector256.Equals(value, value);
            Vector256.ConditionalSelect(known, value, Vector256.Create(float.NegativeInfinity)).CopyTo(below[i..]);
            Vector256.ConditionalSelect(known, value, Vector256.Create(float.PositiveInfinity)).CopyTo(above[i..]);
        }

        for (; i < slots.Length; i++)
        {
            below[i] = float.IsNaN(slots[i]) ? float.NegativeInfinity : slots[i];
            above[i] = float.IsNaN(slots[i]) ? float.PositiveInfinity : slots[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Node* nodes, ReadOnlySpan<int> roots, float* row, int* found)
    {
        Node* a = nodes + roots[0], b = nodes + roots[1], c = nodes + roots[2], d = nodes + roots[3];
        Node* e = nodes + roots[4], f = nodes + roots[5], g = nodes + roots[6], h = nodes + roots[7];
        while ((a->Slot | b->Slot | c->Slot | d->Slot | e->Slot | f->Slot | g->Slot | h->Slot) != 0)
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
    private static Node* Step(Node* node, float* row)
    {
        var isAbove = row[node->Slot] > node->Threshold;
        return node->Children + Unsafe.BitCast<bool, byte>(isAbove);
    }
}
