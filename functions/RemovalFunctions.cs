using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Registry;
using Serverless.Core.Removal;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Deletes models and versions on request, and on a timer what is older than settings keep.</summary>
public sealed class RemovalFunctions(
    ModelRemoval removal, ModelRegistry registry, ModelCache cache, Retention retention)
{
    [Function("clean-up")]
    public Task CleanUpAsync(
        [TimerTrigger("%" + SettingNames.SweepSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        retention.CleanAsync(cancellationToken);

    /// <summary>
    /// Deletes everything of a model but its data, which <c>?data=true</c> deletes too, and lists what it deleted.
    /// </summary>
    [Function("delete-model")]
    public async Task<IResult> DeleteModelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/models/{model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        var data = request.Query["data"].ToString();
        if (data is not ("" or "true" or "false"))
        {
            return HttpAnswers.Invalid(
                "The model cannot be deleted",
                [new FieldError("data", "true or false", $"'{RequestErrorText.Shorten(data)}'")]);
        }

        var outcome = await removal.DeleteModelAsync(model, data == "true", cancellationToken);
        if (outcome is RemovalOutcome.NotFound) return HttpAnswers.UnknownModel(model);
        await cache.RefreshAsync(model, cancellationToken);
        return Answer(model, version: null, outcome);
    }

    /// <summary>Deletes a version that no alias and no live roll-out names.</summary>
    [Function("delete-version")]
    public async Task<IResult> DeleteVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/models/{model}/versions/{version}")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        // Not only complete versions: a killed deletion leaves a version without its manifest.
        if (VersionRoute.Number(version) is not { } number) return HttpAnswers.UnknownVersion(model, version);
        var outcome = await removal.DeleteVersionAsync(model, number, cancellationToken);
        return outcome is RemovalOutcome.NotFound
            ? HttpAnswers.UnknownVersion(model, version)
            : Answer(model, number, outcome);
    }

    private static IResult Answer(string model, int? version, RemovalOutcome outcome) => outcome switch
    {
        RemovalOutcome.Deleted deleted => HttpAnswers.Json(
            new RemovalAnswer(
                model, version, deleted.Blobs,
                version is null ? [BlobPaths.HighestVersion(model)] : []),
            HttpJson.Readable.RemovalAnswer),
        RemovalOutcome.Busy => HttpAnswers.RetryLater(HttpAnswers.Problem(
            StatusCodes.Status409Conflict,
            "The model is being trained",
            $"A run holds the training lease of '{model}'. Nothing was deleted; try again when it has ended.")),
        RemovalOutcome.InUse inUse => HttpAnswers.Problem(
            StatusCodes.Status409Conflict, "The version is in use", $"{inUse.Why} Nothing was deleted."),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };
}

/// <param name="Version">Null if the whole model was deleted.</param>
/// <param name="Deleted">By container.</param>
/// <param name="Kept">Blobs that outlive the model: its highest version number is never used again.</param>
internal sealed record RemovalAnswer(
    string Model, int? Version, IReadOnlyList<DeletedBlobs> Deleted, IReadOnlyList<string> Kept);
