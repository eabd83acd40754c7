using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;

namespace Serverless.Web.OpenInference;

/// <summary>The Open Inference Protocol: predictions, and what it tells of server and models.</summary>
public sealed class OpenInferenceService(
    PredictService predictions, ModelRegistry registry, BlobStore store, ServingOptions options)
{
    /// <summary>Answers an inference request. Its rows are scored and counted as those of <c>predict</c> are.</summary>
    /// <param name="version">
    /// Null: the live one, which may be the challenger of a canary. A number: that version and no other.
    /// </param>
    /// <param name="headers">May decide by which version of a canary the request is answered.</param>
    public ValueTask<PredictOutcome> InferAsync(
        string model,
        int? version,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken,
        RequestHeaders headers = default) =>
        ServingTelemetry.IsWatched
            ? ServingTelemetry.WatchAsync(() => AnswerAsync(model, version, body, headers, cancellationToken), model)
            : AnswerAsync(model, version, body, headers, cancellationToken);

    /// <param name="version">Null: the champion.</param>
    /// <returns>The model's metadata, or why there is none.</returns>
    public async Task<(ModelMetadata? Metadata, PredictOutcome? Obstacle)> DescribeAsync(
        string model, int? version, CancellationToken cancellationToken)
    {
        var (served, obstacle) = await predictions.FindAsync(model, version, cancellationToken);
        return served is null
            ? (null, obstacle)
            : (ModelMetadata.Of(served, await registry.ListVersionsAsync(model, cancellationToken)), null);
    }

    /// <summary>Loads the version where it is not at hand; a version that is at hand has scored a row.</summary>
    /// <param name="version">Null: the champion.</param>
    /// <returns>Null where it is ready, else why not.</returns>
    public async Task<PredictOutcome?> ObstacleAsync(string model, int? version, CancellationToken cancellationToken)
    {
        try
        {
            return (await predictions.FindAsync(model, version, cancellationToken)).Obstacle;
        }
        catch (IOException)
        {
            // The store is away, and there is no version at hand.
            return new PredictOutcome.NoVersionYet();
        }
    }

    /// <summary>
    /// Whether the store answers. Models are loaded when they are first asked for, since there may be more of them than
    /// fit into memory: each tells for itself whether it is ready.
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
