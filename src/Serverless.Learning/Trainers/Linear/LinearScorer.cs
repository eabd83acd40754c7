using Serverless.Learning.Definition;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>A learned linear model.</summary>
internal sealed class LinearScorer : Scorer
{
    private readonly ModelTask _task;
    private readonly LinearDesign _design;
    private readonly Objective _objective;
    private readonly double[] _parameters;
    private readonly double[] _slotMeans;
    private readonly double[] _slotImportance;

    /// <param name="parameters">Weights column by column, one per output each, then the intercepts.</param>
    /// <param name="slotMeans">
    /// Mean contribution of each slot to each raw score over the training rows, slot by slot.
    /// </param>
    public LinearScorer(
        ModelTask task, LinearDesign design, double[] parameters, double[] slotMeans, double[] slotImportance)
    {
        (_task, _design, _parameters) = (task, design, parameters);
        (_slotMeans, _slotImportance) = (slotMeans, slotImportance);
        _objective = Objective.For(task, parameters.Length / (design.ColumnCount + 1));
    }

    public LinearDesign Design => _design;

    public Objective Objective => _objective;

    public override string Trainer => LinearTrainer.TrainerName;

    public override int OutputCount => _objective.Outputs;

    public override IReadOnlyList<double> SlotImportance => _slotImportance;

    /// <summary>Weights column by column, one per output each.</summary>
    public ReadOnlySpan<double> Weights => _parameters.AsSpan(0, _design.ColumnCount * OutputCount);

    public ReadOnlySpan<double> Intercepts => _parameters.AsSpan(_design.ColumnCount * OutputCount);

    /// <summary>Mean contribution of each slot to each raw score over the training rows, slot by slot.</summary>
    public ReadOnlySpan<double> SlotMeans => _slotMeans;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        if (slots.Length != _design.Slots.Length)
        {
            throw new ArgumentException($"Expected {_design.Slots.Length} slots, found {slots.Length}.", nameof(slots));
        }

        var count = OutputCount;
        _parameters.AsSpan(_design.ColumnCount * count).CopyTo(outputs);
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var entry = _design.Entry(slot, slots[slot], out var column);
            for (var k = 0; k < count; k++) outputs[k] += entry * _parameters[(column * count) + k];
        }

        _objective.ToOutputs(outputs[..count]);
    }

    internal override SlotAttribution Attribution(ModelTask task) => new LinearAttribution(this);

    public override void Save(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((int)_task);
        writer.WriteArray(_design.Slots);
        writer.WriteArray<double>(_parameters);
        writer.WriteArray<double>(_slotMeans);
        writer.WriteArray<double>(_slotImportance);
    }

    /// <exception cref="InvalidDataException">The payload is not a linear model's.</exception>
    public static LinearScorer Load(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var task = reader.ReadInt32();
        if (!Enum.IsDefined((ModelTask)task)) throw new InvalidDataException($"Expected a task, found {task}.");
        var slots = reader.ReadArray<DesignSlot>();
        var parameters = reader.ReadArray<double>();
        var slotMeans = reader.ReadArray<double>();
        var slotImportance = reader.ReadArray<double>();
        reader.ExpectEnd();

        var design = LinearDesign.FromFile(slots);
        var columns = design.ColumnCount;
        var outputs = parameters.Length / (columns + 1);
        if (outputs == 0
            || parameters.Length % (columns + 1) != 0
            || (outputs > 1) != ((ModelTask)task == ModelTask.Multiclass))
        {
            throw new InvalidDataException($"Expected weights for {columns} columns, found {parameters.Length}.");
        }

        if (slotMeans.Length != slots.Length * outputs)
        {
            throw new InvalidDataException($"Expected means of {slots.Length} slots, found {slotMeans.Length}.");
        }

        return new LinearScorer((ModelTask)task, design, parameters, slotMeans, slotImportance);
    }
}
