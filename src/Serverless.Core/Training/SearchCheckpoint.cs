using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>
/// What a search has done so far: <c>models/{model}/runs/{identity}/{trial}.json</c> for each finished trial, and
/// <c>{trial}.scorer</c> with what the best one that learned from all rows has learned. Whoever writes holds the
/// model's training lease.
/// </summary>
internal sealed class SearchCheckpoint(BlobStore store, string model, string identity) : ITrialStore
{
    /// <summary>
    /// A run that nobody goes on with, because its data or its model.json were changed, is forgotten after this.
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
            // Another trial's where trainers were added or taken away meanwhile: then this one has not been run.
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
            // Before the record, so that a finished trial that leads always has one.
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

    /// <summary>
    /// Removes what is no longer needed once the run has ended, and what others of the model left behind long ago.
    /// </summary>
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
