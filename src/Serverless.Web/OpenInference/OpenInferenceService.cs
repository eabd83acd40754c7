using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Web.OpenInference;

/// <summary>The Open Inference Protocol: predictions, and metadata of server and models.</summary>
public sealed class OpenInferenceService(
    PredictService predictions, ModelRegistry registry, BlobStore store, ServingOptions options)
{
    /// <summary>Answers an inference request. Scores and counts its rows like those of <c>predict</c>.</summary>
    /// <param name="version">
    /// Null selects the live version, which may be the challenger of a canary.
    /// </param>
    /// <param name="headers">May select the version of a canary.</param>
    public ValueTask<PredictOutcome> InferAsync(
        string model,
        int? version,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken,
        RequestHeaders headers = default) =>
        ServingTelemetry.IsWatched
            ? ServingTelemetry.WatchAsync(() => AnswerAsync(model, version, body, headers, cancellationToken), model)
            : AnswerAsync(model, version, body, headers, cancellationToken);

    /// <param name="version">Null selects the champion.</param>
    /// <returns>The model's metadata, or why there is none.</returns>
    public async Task<(ModelMetadata? Metadata, PredictOutcome? Obstacle)> DescribeAsync(
        string model, int? version, CancellationToken cancellationToken)
    {
        var (served, obstacle) = await predictions.FindAsync(model, version, cancellationToken);
        return served is null
            ? (null, obstacle)
            : (ModelMetadata.Of(served, await registry.ListVersionsAsync(model, cancellationToken)), null);
    }

    /// <summary>Loads the version, unless it is in the cache, where every version has scored a row.</summary>
    /// <param name="version">Null selects the champion.</param>
    /// <returns>Why the version is not ready; null if it is.</returns>
    public async Task<PredictOutcome?> ObstacleAsync(string model, int? version, CancellationToken cancellationToken)
    {
        try
        {
            return (await predictions.FindAsync(model, version, cancellationToken)).Obstacle;
        }
        catch (IOException)
        {
            // The store is unavailable, and the version is not in the cache.
            return new PredictOutcome.NoVersionYet();
        }
    }

    /// <summary>
    /// Whether the store is available. Says nothing about models, each of which has its own readiness: they are loaded
    /// on demand, since they may not all fit into memory.
    /// </summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.GetPropertiesAsync(BlobPaths.Aliases("ready"), cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async ValueTask<PredictOutcome> AnswerAsync(
        string model,
        int? version,
        ReadOnlyMemory<byte> body,
        RequestHeaders headers,
        CancellationToken cancellationToken)
    {
        var (served, obstacle) = await predictions.FindAsync(model, version, cancellationToken);
        if (served is null) return obstacle!;
        var reader = new InferenceReader(served, options.MaxRows);
        if (reader.Read(body.Span) is not { } request) return new PredictOutcome.Invalid(reader.Errors);
        var call = new PredictCall(body, request, headers);
        return version is null ? predictions.PredictLive(served, call) : predictions.PredictBy(served, call);
    }
}
