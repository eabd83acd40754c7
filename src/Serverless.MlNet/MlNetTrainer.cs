using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.MlNet;

/// <summary>
/// Base of the Microsoft.ML trainers. Each is seeded, and configured so that the same inputs give the same bytes for
/// any number of threads.
/// </summary>
/// <remarks>
/// Limits of Microsoft.ML against <see cref="Learning.Trainers.ITrainer"/>: on another processor a model may differ in
/// the last digits, because its arithmetic uses the widest vectors available. It writes the number of threads into tree
/// models, so that is left at its default, one per processor. It cannot be interrupted while it computes: a
/// cancellation takes effect when it next reads a row or logs. And it reports no progress.
/// </remarks>
public abstract class MlNetTrainer : ITrainer
{
    private readonly IReadOnlyList<ModelTask> _tasks;

    /// <summary>
    /// Whether the native library that training needs, if any, can be loaded. Scoring is managed code: a process that
    /// never trains never looks for it.
    /// </summary>
    private Lazy<bool>? _isAvailable;

    private protected MlNetTrainer(string name, params IReadOnlyList<ModelTask> tasks) =>
        (Name, _tasks) = (name, tasks);

    public string Name { get; }

    /// <summary>
    /// With all of them a sample model's search takes up to eight times as long, ten seconds on a busy machine
    /// (<c>compare trainers</c>), and the winner cannot be explained, exported to ONNX, or guaranteed the same bytes
    /// for any number of threads.
    /// </summary>
    public bool CompetesByDefault => false;

    /// <summary>No; the remarks above say why.</summary>
    public bool PromisesSameBytes => false;

    /// <summary>
    /// Whether missing numbers reach the trainer as NaN; otherwise as the mean with an indicator column.
    /// </summary>
    private protected virtual bool KeepsMissing => false;

    public bool Supports(ModelTask task) => _tasks.Contains(task) && _isAvailable is not { Value: false };

    public abstract Hyperparameters Defaults(ModelTask task);

    public abstract Hyperparameters Sample(ModelTask task, SplitMix64 random);

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context)
    {
        TrainingDataRules.Verify(train);
        if (validation.Labels.Length > 0) TrainingDataRules.Verify(validation);
        if (!Supports(train.Task))
        {
            throw new ArgumentException($"Trainer {Name} does not serve {train.Task}.", nameof(train));
        }

        // Some trainers limit leaf outputs or start from 0: labels are learned in deviations from their mean.
        var (mean, deviation) = train.Task == ModelTask.Regression ? LinearDesign.Moments(train.Labels) : (0, 1);
        var columns = FeatureColumns.Fit(train.Features, KeepsMissing, context.Threads);
        TrainingView View(TrainingData data) => new(
            columns,
            data,
            data.Task == ModelTask.Regression
                ? Array.ConvertAll(data.Labels, y => (float)((y - mean) / deviation))
                : data.Labels,
            context.CancellationToken);

        var seed = (int)(SplitMix64.Mix((ulong)context.Seed) >> 33);
        var ml = new MLContext(seed);
        ml.Log += (_, _) => context.CancellationToken.ThrowIfCancellationRequested();
        Fitted fitted;
        try
        {
            fitted = Fit(new Fitting
            {
                Ml = ml,
                Seed = seed,
                Columns = columns,
                Data = train,
                Train = View(train),
                Validation = validation.Labels.Length > 0 ? View(validation) : null,
                Hyperparameters = hyperparameters,
                Context = context,
            });
        }
        catch (InvalidOperationException e)
        {
            // Thrown for non-finite weights and unusable data.
            throw new TrainingDivergedException($"Microsoft.ML: {e.Message}");
        }

        context.Progress?.Report(1);
        return new MlNetScorer(Name, new MlNetModel
        {
            Task = train.Task,
            Transformer = fitted.Model,
            Columns = columns,
            LabelMean = mean,
            LabelDeviation = deviation,
            SlotImportance = fitted.SlotImportance,
        });
    }

    public Scorer Load(ReadOnlyMemory<byte> payload) => new MlNetScorer(Name, MlNetModel.Load(payload));

    private protected abstract Fitted Fit(Fitting fitting);

    /// <summary>Disables the trainer, with one warning, if the library cannot be loaded.</summary>
    /// <param name="near">An assembly of the package with the library; evaluated only when it is loaded.</param>
    private protected void Require(string library, Func<Assembly> near, ILogger logger) => _isAvailable = new(() =>
    {
        var found = NativeLibrary.TryLoad(library, near(), searchPath: null, out _);
        if (!found) MlNetLog.NativeLibraryMissing(logger, Name, library);
        return found;
    });
}

/// <summary>The inputs of a trainer.</summary>
internal sealed record Fitting
{
    public required MLContext Ml { get; init; }

    public required int Seed { get; init; }

    public required FeatureColumns Columns { get; init; }

    public required TrainingData Data { get; init; }

    public required TrainingView Train { get; init; }

    /// <summary>Null without validation rows.</summary>
    public required TrainingView? Validation { get; init; }

    public required Hyperparameters Hyperparameters { get; init; }

    public required TrainingContext Context { get; init; }
}

/// <param name="SlotImportance">Empty if unknown.</param>
internal sealed record Fitted(ITransformer Model, double[] SlotImportance);
