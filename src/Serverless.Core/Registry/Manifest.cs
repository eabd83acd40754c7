using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>
/// <c>manifest.json</c>: a version's lineage, complete enough to rebuild it. Written last and once, so that a version
/// exists exactly when its manifest does.
/// </summary>
public sealed record Manifest : IJsonOnDeserialized
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    /// <summary>
    /// SHA-256 of the definition's hash, the data files' hashes in order, the engine version and the seed.
    /// </summary>
    public required string Identity { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The files that the version learned from, in order.</summary>
    public required IReadOnlyList<LineageFile> Data { get; init; }

    /// <summary>Number of the data version that had them; null where an earlier release made the version.</summary>
    public int? DataVersion { get; init; }

    /// <summary>
    /// What was decided on which rows of the files count, for people; null where there was nothing to decide.
    /// </summary>
    public string? History { get; init; }

    /// <summary>SHA-256 of what <see cref="Definition"/> says about learning, as canonical JSON.</summary>
    public required string DefinitionHash { get; init; }

    /// <summary>model.json at the time of training.</summary>
    [JsonConverter(typeof(ModelDefinitionConverter))]
    public required ModelDefinition Definition { get; init; }

    /// <summary>The columns as inferred or declared.</summary>
    public required DatasetSchema Schema { get; init; }

    public required string EngineVersion { get; init; }

    public required long Seed { get; init; }

    /// <summary>The winning trainer, and its hyperparameters.</summary>
    public required string Trainer { get; init; }

    public required Hyperparameters Hyperparameters { get; init; }

    public required IReadOnlyList<TrialRecord> Trials { get; init; }

    /// <summary>How probabilities are calibrated; null if they are the trainer's own.</summary>
    public CalibrationRecord? Calibration { get; init; }

    public required RowCounts Rows { get; init; }

    /// <summary>Newest value of the data's time column; null without one.</summary>
    public DateTimeOffset? DataUntil { get; init; }

    /// <summary>
    /// Place in time of the newest row that it learned from or that chose between its trials: ticks of UTC, or the
    /// order of numbers; null where rows have no order. The rows held out are newer.
    /// </summary>
    public long? LearnedUntil { get; init; }

    public required GateVerdict Verdict { get; init; }

    /// <summary>SHA-256 of model.bin.</summary>
    public required string ModelHash { get; init; }

    public required long ModelBytes { get; init; }

    /// <summary>SHA-256 of model.onnx; null without one.</summary>
    public string? OnnxHash { get; init; }

    /// <summary>Why there is no model.onnx, in one sentence; null if there is one.</summary>
    public string? OnnxObstacle { get; init; }

    /// <summary>Wall-clock seconds per stage.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    /// <summary>.NET version, operating system, processor count.</summary>
    public required string Runtime { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Hyperparameters is not null) HyperparameterAliases.Rename(Trainer, Hyperparameters);
    }
}

/// <param name="Rows">Accepted rows.</param>
public sealed record LineageFile(string Name, string ContentHash, long Rows, long BadRows)
{
    /// <summary>The blob with the accepted rows; null where an earlier release read the file itself.</summary>
    public string? Part { get; init; }
}

public sealed record RowCounts(int Train, int Validation, int Holdout);
