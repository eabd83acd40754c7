using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>
/// Stores a search's finished trials: <c>models/{model}/runs/{identity}/{trial}.json</c> for each, and
/// <c>{trial}.scorer</c> for the best one that learned from all rows. Writers hold the model's training lease.
/// </summary>
internal sealed class SearchCheckpoint(BlobStore store, string model, string identity) : ITrialStore
{
    /// <summary>
    /// Age at which an abandoned run's checkpoint is deleted, for example after its data or model.json changed.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const int MaxRecordBytes = 1 << 20;

    private readonly string _prefix = BlobPaths.Checkpoint(model, identity);

    /// <inheritdoc />
    public async Task<TrialRecord?> FindAsync(PlannedTrial trial, CancellationToken cancellationToken)
    {
        if (await store.ReadAllAsync(RecordName(trial.Number), MaxRecordBytes, cancellationToken) is not var (bytes, _))
        {
            return null;
        }

        try
        {
            // Another trial's, if trainers were added or removed meanwhile: then this one has not run.
            return JsonSerializer.Deserialize(bytes, TrialJson.Default.TrialRecord) is { } record && trial.IsOf(record)
                ? record
                : null;
        }
        catch (JsonException)
        {
            return null; // Written by a version that kept other things: to run the trial again gives the same.
        }
    }

    /// <inheritdoc />
    public async Task SaveAsync(TrialRecord trial, Scorer? scorer, CancellationToken cancellationToken)
    {
        if (scorer is not null)
        {
            // Before the record, so that a finished leading trial always has a scorer.
            using var payload = new MemoryStream();
            scorer.Save(payload);
            payload.Position = 0;
            await store.WriteAsync(
                ScorerName(trial.Number), payload, WriteCondition.Always, metadata: null, cancellationToken);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(trial, TrialJson.Default.TrialRecord);
        await store.WriteAsync(RecordName(trial.Number), json, WriteCondition.Always, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Scorer?> LoadAsync(PlannedTrial trial, CancellationToken cancellationToken) =>
        await store.ReadAllAsync(ScorerName(trial.Number), int.MaxValue, cancellationToken) is var (payload, _)
            ? trial.Trainer.Load(payload)
            : null;

    /// <inheritdoc />
    public Task ForgetScorerAsync(int trial, CancellationToken cancellationToken) =>
        store.DeleteAsync(ScorerName(trial), cancellationToken);

    /// <summary>Deletes the ended run's checkpoint, and the model's abandoned ones.</summary>
    public async Task ClearAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(BlobPaths.Checkpoints(model), cancellationToken))
        {
            if (blob.Name.StartsWith(_prefix, StringComparison.Ordinal) || blob.LastModified < now - Lifetime)
            {
                names.Add(blob.Name);
            }
        }

        foreach (var name in names) await store.DeleteAsync(name, cancellationToken);
    }

    private string RecordName(int trial) => $"{_prefix}{trial:D4}.json";

    private string ScorerName(int trial) => $"{_prefix}{trial:D4}.scorer";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrialRecord))]
internal sealed partial class TrialJson : JsonSerializerContext;
