using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Verifies that a version can be rebuilt from the inputs in its manifest.</summary>
public sealed class RebuildFunctions(ModelRegistry registry, VersionRebuilder rebuilder)
{
    /// <summary>Rebuilds a version's model file, compares its hash with the manifest's, and discards it.</summary>
    [Function("rebuild-version")]
    public Task<IResult> RebuildAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/versions/{version}/rebuild")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => registry.AnswerAsync(
            model, version, number => RebuildAsync(model, number, cancellationToken), cancellationToken);

    private async Task<IResult?> RebuildAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await registry.GetAsync(model, version, cancellationToken) is not { } manifest) return null;
        var rebuild = await rebuilder.RebuildAsync(manifest, Environment.ProcessorCount, cancellationToken);
        return rebuild.Hash is { } found
            ? HttpAnswers.Json(
                new RebuildAnswer(model, version, found == manifest.ModelHash, manifest.ModelHash, found),
                HttpJson.Readable.RebuildAnswer)
            : HttpAnswers.Problem(
                StatusCodes.Status409Conflict,
                "The version cannot be rebuilt",
                $"Version {version} of model '{model}': {rebuild.Obstacle}");
    }
}

/// <param name="Same">Whether the hashes are equal.</param>
/// <param name="Expected">SHA-256 of model.bin in the manifest.</param>
/// <param name="Found">SHA-256 of the rebuilt file.</param>
internal sealed record RebuildAnswer(string Model, int Version, bool Same, string Expected, string Found);
