using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Sql;

/// <summary>A model.json that asks for pulls.</summary>
/// <param name="Definition">Null if it cannot be used.</param>
/// <param name="Fault">Why it cannot be used.</param>
internal sealed record SourceDefinition(ModelDefinition? Definition, string? Fault, DateTimeOffset ChangedAt)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Null if the model has no model.json, or that has no source.</summary>
    public static async Task<SourceDefinition?> ReadAsync(
        BlobStore store, string model, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(BlobPaths.Definition(model), cancellationToken);
        // A run of a dropped file tells of one that is too large.
        if (blob is null || blob.Properties.Length > MaxBytes) return null;
        var bytes = new byte[blob.Properties.Length];
        await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
        // Most models have none: they are not worth parsing every minute.
        if (bytes.AsSpan().IndexOf("\"source\""u8) < 0) return null;
        var (definition, errors) = ModelDefinitionReader.Read(bytes);
        if (definition is { Source: null }) return null;
        var fault = definition is null
            ? $"model.json cannot be used. {string.Join(". ", errors)}. Correct it."
            : null;
        return new SourceDefinition(definition, fault, blob.Properties.LastModified);
    }

    /// <summary>
    /// Whether a pull is due: by the schedule, since it failed a while ago, or since model.json was changed after it
    /// failed. Where the host was off at a time of the schedule, one pull makes up for all that were missed.
    /// </summary>
    public bool IsDue(SourceState state, DateTimeOffset now, TimeSpan retryAfter)
    {
        if (state.AttemptedAt is not { } attempted) return Fault is not null || NextAfter(ChangedAt) <= now;
        if (Fault is not null) return ChangedAt > attempted;
        if (Definition!.Source!.Schedule is null) return false;
        var retry = state.Failure is null ? DateTimeOffset.MaxValue : attempted + retryAfter;
        return NextAfter(attempted) <= now || retry <= now || (state.Failure is not null && ChangedAt > attempted);
    }

    private DateTimeOffset? NextAfter(DateTimeOffset time) => Definition?.Source?.NextAfter(time);
}
