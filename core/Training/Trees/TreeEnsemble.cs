using Serverless.Datasets;

namespace Serverless.Training.Trees;

/// <summary>Gradient-boosted trees, all nodes of all trees in one array: a prediction walks through few cache lines.</summary>
internal sealed class TreeEnsemble : Scorer
{
    private readonly ModelTask _task;
    private readonly Objective _objective;
    private readonly int _slotCount;
    private readonly double[] _baseScores;
    private readonly TreeNode[] _nodes;
    private readonly BinSet[] _sets;
    private readonly double[] _leaves;
    private readonly int[] _roots;
    private readonly double[] _slotImportance;

    /// <param name="trees">Round by round, in each one per raw score.</param>
    /// <param name="slotImportance">Total gain, one per slot.</param>
    public TreeEnsemble(
        ModelTask task, double[] baseScores, IReadOnlyList<Tree> trees, double[] slotImportance)
    {
        _task = task;
        _objective = Objective.For(task, baseScores.Length);
        _slotCount = slotImportance.Length;
        _baseScores = baseScores;
        _slotImportance = slotImportance;
        _roots = new int[trees.Count];

        var (nodes, sets, leaves) = (new List<TreeNode>(), new List<BinSet>(), new List<double>());
        foreach (var (i, tree) in trees.Index())
        {
            var (firstNode, firstSet, firstLeaf) = (nodes.Count, sets.Count, leaves.Count);
            int Move(int child) => child >= 0 ? child + firstNode : child - firstLeaf;
            _roots[i] = Move(tree.Root);
            foreach (var treeNode in tree.Nodes)
            {
                var node = treeNode;
                if (node.IsCategorical) node.Set += firstSet;
                node.Left = Move(node.Left);
                node.Right = Move(node.Right);
                nodes.Add(node);
            }

            sets.AddRange(tree.Sets);
            leaves.AddRange(tree.Leaves);
        }

        (_nodes, _sets, _leaves) = ([.. nodes], [.. sets], [.. leaves]);
    }

    private TreeEnsemble(ref PayloadReader reader)
    {
        var task = reader.ReadInt32();
        if (!Enum.IsDefined((ModelTask)task)) throw new InvalidDataException($"Expected a task, found {task}.");
        _task = (ModelTask)task;
        _baseScores = reader.ReadArray<double>();
        _nodes = reader.ReadArray<TreeNode>();
        _sets = reader.ReadArray<BinSet>();
        _leaves = reader.ReadArray<double>();
        _roots = reader.ReadArray<int>();
        _slotImportance = reader.ReadArray<double>();
        _slotCount = _slotImportance.Length;
        reader.ExpectEnd();
        _objective = Objective.For(_task, _baseScores.Length);
        VerifyStructure();
    }

    public override string Trainer => GradientBoostingTrainer.TrainerName;

    public override int OutputCount => _objective.Outputs;

    public override IReadOnlyList<double> SlotImportance => _slotImportance;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        if (slots.Length != _slotCount) throw new ArgumentException($"Expected {_slotCount} slots, found {slots.Length}.", nameof(slots));
        _baseScores.CopyTo(outputs);
        if (_baseScores.Length == 1)
        {
            foreach (var root in _roots) outputs[0] += _leaves[TreeNode.Walk(_nodes, _sets, root, slots)];
        }
        else
        {
            for (var tree = 0; tree < _roots.Length; tree++)
            {
                outputs[tree % _baseScores.Length] += _leaves[TreeNode.Walk(_nodes, _sets, _roots[tree], slots)];
            }
        }

        _objective.ToOutputs(outputs[.._baseScores.Length]);
    }

    public override void Save(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((int)_task);
        writer.WriteArray<double>(_baseScores);
        writer.WriteArray<TreeNode>(_nodes);
        writer.WriteArray<BinSet>(_sets);
        writer.WriteArray<double>(_leaves);
        writer.WriteArray<int>(_roots);
        writer.WriteArray<double>(_slotImportance);
    }

    /// <exception cref="InvalidDataException">The payload is no ensemble's.</exception>
    public static TreeEnsemble Load(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        return new TreeEnsemble(ref reader);
    }

    /// <summary>That every index points to something, and no walk is endless: a child's index is above its parent's.</summary>
    private void VerifyStructure()
    {
        if (_baseScores.Length == 0 || _baseScores.Length != _objective.Outputs || _roots.Length % _baseScores.Length != 0)
        {
            throw new InvalidDataException($"Expected trees for {_objective.Outputs} outputs, found {_roots.Length} for {_baseScores.Length}.");
        }

        bool IsChild(int child, int parent) => child >= 0 ? child > parent && child < _nodes.Length : ~child < _leaves.Length;
        foreach (var root in _roots)
        {
            if (!IsChild(root, -1)) throw new InvalidDataException($"A tree begins at {root}, where there is no node.");
        }

        for (var i = 0; i < _nodes.Length; i++)
        {
            var node = _nodes[i];
            if (!IsChild(node.Left, i) || !IsChild(node.Right, i) || node.Slot >= _slotCount
                || (node.IsCategorical && (uint)node.Set >= (uint)_sets.Length))
            {
                throw new InvalidDataException($"Node {i} of the trees points to what is not there.");
            }
        }
    }
}
