using Serverless.Core.Registry;
using Serverless.Core.Storage;

namespace Serverless.Core.Serving.OpenInference;

/// <summary>
/// What the Open Inference Protocol tells of server and models. Its predictions are <see cref="PredictService.InferAsync"/>'s.
/// </summary>
public sealed class OpenInferenceService(PredictService predictions, ModelRegistry registry, BlobStore store)
{
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
    /// Whether the store answers. Models are loaded when they are first asked for, since there may be more of them than fit
    /// into memory: each tells for itself whether it is ready.
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
}
