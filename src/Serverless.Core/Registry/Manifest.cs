using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Registry;

/// <summary>
/// <c>manifest.json</c>: where a version comes from, and all that is needed to make it again. Written last and once,
/// so that a version exists exactly when its manifest does.
/// </summary>
public sealed record Manifest : IJsonOnDeserialized
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    /// <summary>
    /// SHA-256 over the definition's hash, the data files' hashes in order, the engine version and the seed.
    /// </summary>
    public required string Identity { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The files this version learned from, in order.</summary>
    public required IReadOnlyList<LineageFile> Data { get; init; }

    /// <summary>SHA-256 of the definition below as canonical JSON.</summary>
    public required string DefinitionHash { get; init; }

    /// <summary>model.json as it was.</summary>
    [JsonConverter(typeof(ModelDefinitionConverter))]
    public required ModelDefinition Definition { get; init; }

    /// <summary>The columns as they were understood.</summary>
    public required DatasetSchema Schema { get; init; }

    public required string EngineVersion { get; init; }

    public required long Seed { get; init; }

    /// <summary>The trainer that won, and its hyperparameters.</summary>
    public required string Trainer { get; init; }

    public required Hyperparameters Hyperparameters { get; init; }

    public required IReadOnlyList<TrialRecord> Trials { get; init; }

    /// <summary>How the probabilities are corrected; null where they are as the trainer gives them.</summary>
    public CalibrationRecord? Calibration { get; init; }

    public required RowCounts Rows { get; init; }

    /// <summary>Newest value of the time column in the data; null without one.</summary>
    public DateTimeOffset? DataUntil { get; init; }

    public required GateVerdict Verdict { get; init; }

    /// <summary>SHA-256 of model.bin.</summary>
    public required string ModelHash { get; init; }

    public required long ModelBytes { get; init; }

    /// <summary>SHA-256 of model.onnx; null where there is none.</summary>
    public string? OnnxHash { get; init; }

    /// <summary>Why there is no model.onnx, in one sentence; null where there is one.</summary>
    public string? OnnxObstacle { get; init; }

    /// <summary>Seconds of wall-clock time, by stage.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    /// <summary>.NET version, operating system, processor count.</summary>
    public required string Runtime { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Hyperparameters is not null) HyperparameterAliases.Rename(Trainer, Hyperparameters);
    }
}

/// <param name="Rows">Accepted rows.</param>
public sealed record LineageFile(string Name, string ContentHash, long Rows, long BadRows);

public sealed record RowCounts(int Train, int Validation, int Holdout);
