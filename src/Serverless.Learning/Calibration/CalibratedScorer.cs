using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Calibration;

/// <summary>A scorer whose probabilities are corrected by a calibrator.</summary>
public sealed class CalibratedScorer(Scorer inner, Calibrator calibrator) : Scorer
{
    /// <summary>The scorer as trained.</summary>
    public Scorer Inner { get; } = inner;

    public Calibrator Calibrator { get; } = calibrator;

    public override string Trainer => Inner.Trainer;

    public override int OutputCount => Inner.OutputCount;

    public override IReadOnlyList<double> SlotImportance => Inner.SlotImportance;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        Inner.Score(slots, outputs);
        Calibrator.Apply(outputs[..Inner.OutputCount]);
    }

    public override void ScoreMany(ReadOnlySpan<float> rows, Span<double> outputs)
    {
        Inner.ScoreMany(rows, outputs);
        for (var i = 0; i < outputs.Length; i += OutputCount) Calibrator.Apply(outputs.Slice(i, OutputCount));
    }

    /// <summary>Saves the inner scorer alone: a model file keeps the calibrator in its own section.</summary>
    public override void Save(Stream destination) => Inner.Save(destination);

    /// <summary>Attributes the raw scores, before calibration.</summary>
    internal override SlotAttribution? Attribution(ModelTask task) => Inner.Attribution(task);
}
