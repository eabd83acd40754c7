using System.Runtime.CompilerServices;
using Serverless.Learning.Definition;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>Gradient-boosted trees, with the forms in which they score single rows and batches.</summary>
internal sealed class TreeEnsemble : Scorer
{
    private readonly ModelTask _task;
    private readonly Objective _objective;
    private readonly int _slotCount;
    private readonly double[] _baseScores;
    private readonly Tree[] _trees;
    private readonly QuickScorerRow? _rowBits;
    private readonly TreeWalkScorer? _rowWalk;
    private readonly Lazy<QuickScorerBatch?> _leafBits;
    private readonly double[] _slotImportance;

    /// <param name="trees">Round by round, one per raw score each.</param>
    /// <param name="slotImportance">Total gain, one per slot.</param>
    /// <param name="objective">Default: the task's own.</param>
    public TreeEnsemble(
        ModelTask task, double[] baseScores, Tree[] trees, double[] slotImportance, TrainingObjective? objective = null)
    {
        _task = task;
        _objective = Objective.For(objective ?? Objective.DefaultFor(task), baseScores.Length, []);
        _slotCount = slotImportance.Length;
        _baseScores = baseScores;
        _trees = trees;
        _slotImportance = slotImportance;
        VerifyStructure();
        _rowBits = QuickScorerRow.Of(trees);
        _rowWalk = _rowBits is null ? TreeWalkScorer.Of(trees, _slotCount) : null;
        // Most served models score one row at a time and never need it.
        _leafBits = new Lazy<QuickScorerBatch?>(() => QuickScorerBatch.Of(trees));
    }

    /// <summary>Round by round, one per raw score each: tree i adds to raw score i modulo their number.</summary>
    public IReadOnlyList<Tree> Trees => _trees;

    /// <summary>The raw scores before any tree.</summary>
    public IReadOnlyList<double> BaseScores => _baseScores;

    public Objective Objective => _objective;

    public override string Trainer => GradientBoostingTrainer.TrainerName;

    public override int OutputCount => _objective.Outputs;

    public override IReadOnlyList<double> SlotImportance => _slotImportance;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        if (slots.Length != _slotCount)
        {
            throw new ArgumentException($"Expected {_slotCount} slots, found {slots.Length}.", nameof(slots));
        }

        outputs = outputs[.._baseScores.Length];
        _baseScores.CopyTo(outputs);
        if (_rowBits is not null)
        {
            _rowBits.AddTo(slots, outputs);
        }
        else if (_rowWalk is not null)
        {
            _rowWalk.AddTo(slots, outputs);
        }
        else
        {
            for (var i = 0; i < _trees.Length; i++) outputs[i % outputs.Length] += _trees[i].ValueOf(slots);
        }

        _objective.ToOutputs(outputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ScoreMany(ReadOnlySpan<float> rows, Span<double> outputs)
    {
        var count = outputs.Length / OutputCount;
        if (_slotCount == 0 || count < QuickScorerBatch.Lanes / 2 || _leafBits.Value is not { } leafBits)
        {
            base.ScoreMany(rows, outputs);
            return;
        }

        if (rows.Length != count * _slotCount)
        {
            throw new ArgumentException($"Expected {count * _slotCount} values, found {rows.Length}.", nameof(rows));
        }

        for (var i = 0; i < outputs.Length; i += OutputCount) _baseScores.CopyTo(outputs[i..]);
        leafBits.AddTo(rows, _slotCount, outputs, OutputCount);
        for (var i = 0; i < outputs.Length; i += OutputCount) _objective.ToOutputs(outputs.Slice(i, OutputCount));
    }

    internal override SlotAttribution Attribution(ModelTask task) => new TreeShap(this);

    public override void Save(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((int)_task);
        writer.Write((int)_objective.Kind);
        writer.WriteArray<double>(_baseScores);
        writer.WriteArray<double>(_slotImportance);
        writer.Write(_trees.Length);
        foreach (var tree in _trees)
        {
            writer.WriteArray<TreeNode>(tree.Nodes);
            writer.WriteArray<BinSet>(tree.Sets);
            writer.WriteArray<double>(tree.Leaves);
            writer.WriteArray<int>(tree.Covers);
        }
    }

    /// <exception cref="InvalidDataException">The payload is not an ensemble's.</exception>
    public static TreeEnsemble Load(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var task = reader.ReadInt32();
        if (!Enum.IsDefined((ModelTask)task)) throw new InvalidDataException($"Expected a task, found {task}.");
        var objective = reader.ReadInt32();
        if (!Enum.IsDefined((TrainingObjective)objective)
            || !ObjectiveNames.Serves((TrainingObjective)objective, (ModelTask)task))
        {
            throw new InvalidDataException($"Expected an objective of the task, found {objective}.");
        }

        var baseScores = reader.ReadArray<double>();
        var slotImportance = reader.ReadArray<double>();
        var count = reader.ReadInt32();
        if (count < 0) throw new InvalidDataException($"Expected a number of trees, found {count}.");
        var trees = new List<Tree>();
        for (var i = 0; i < count; i++)
        {
            trees.Add(new Tree(
                reader.ReadArray<TreeNode>(), reader.ReadArray<BinSet>(), reader.ReadArray<double>(),
                reader.ReadArray<int>()));
        }

        reader.ExpectEnd();
        return new TreeEnsemble((ModelTask)task, baseScores, [.. trees], slotImportance, (TrainingObjective)objective);
    }

    private void VerifyStructure()
    {
        if (_baseScores.Length == 0
            || _baseScores.Length != _objective.Outputs
            || _trees.Length % _baseScores.Length != 0)
        {
            throw new InvalidDataException(
                $"Expected trees for {_objective.Outputs} outputs, found {_trees.Length} for {_baseScores.Length}.");
        }

        foreach (var (i, tree) in _trees.Index()) tree.Verify(i, _slotCount);
    }
}
