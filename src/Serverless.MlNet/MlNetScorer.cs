using System.Collections.Concurrent;
using Microsoft.ML;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>A model of Microsoft.ML.</summary>
/// <remarks>
/// Engines are single-threaded, so each model has its own pool of them; engines are never shared between versions.
/// </remarks>
internal sealed class MlNetScorer : Scorer
{
    private readonly MlNetModel _model;
    private readonly ConcurrentBag<ScoringEngine> _engines = [];

    /// <exception cref="InvalidDataException">The model lacks the output its task needs.</exception>
    public MlNetScorer(string trainer, MlNetModel model)
    {
        (Trainer, _model) = (trainer, model);
        var engine = NewEngine();
        OutputCount = engine.OutputCount;
        _engines.Add(engine);
    }

    public override string Trainer { get; }

    public override int OutputCount { get; }

    public override IReadOnlyList<double> SlotImportance => _model.SlotImportance;

    public override void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        var engine = _engines.TryTake(out var idle) ? idle : NewEngine();
        engine.Score(slots, outputs);
        // Not returned after an exception, which leaves an engine in an unknown state.
        _engines.Add(engine);
        if (_model.Task == ModelTask.Regression) outputs[0] = _model.LabelMean + (outputs[0] * _model.LabelDeviation);
    }

    public override void Save(Stream destination) => _model.Save(destination);

    private ScoringEngine NewEngine() => new(_model.Transformer, _model.Columns, _model.Task);
}
