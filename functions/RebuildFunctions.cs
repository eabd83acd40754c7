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
    public async Task<IResult> RebuildAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/versions/{version}/rebuild")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        if (RegistryFunctions.VersionNumber(version) is not { } number
            || await registry.GetAsync(model, number, cancellationToken) is not { } manifest)
        {
            return HttpAnswers.UnknownVersion(model, version);
        }

        var rebuild = await rebuilder.RebuildAsync(manifest, Environment.ProcessorCount, cancellationToken);
        return rebuild.Hash is { } found
            ? HttpAnswers.Json(
                new RebuildAnswer(model, number, found == manifest.ModelHash, manifest.ModelHash, found),
                HttpJson.Readable.RebuildAnswer)
            : HttpAnswers.Problem(
                StatusCodes.Status409Conflict,
                "The version cannot be rebuilt",
                $"Version {number} of model '{model}': {rebuild.Obstacle}");
    }
}

/// <param name="Same">Whether the hashes are equal.</param>
/// <param name="Expected">SHA-256 of model.bin in the manifest.</param>
/// <param name="Found">SHA-256 of the rebuilt file.</param>
internal sealed record RebuildAnswer(string Model, int Version, bool Same, string Expected, string Found);
