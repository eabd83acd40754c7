using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Rollouts;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Learning.Onnx;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Serves models, versions and their files, and sets aliases.</summary>
public sealed class RegistryFunctions(
    ModelRegistry registry,
    ModelCache cache,
    RolloutMonitor rollouts,
    Alerts alerts,
    BlobStore store,
    ServingOptions options)
{
    [Function("list-models")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var models = new List<ModelSummary>();
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            models.Add(await SummariseAsync(model, cancellationToken));
        }

        return HttpAnswers.Json(models, HttpJson.Readable.IReadOnlyListModelSummary);
    }

    [Function("get-model")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var versions = new List<VersionSummary>();
        await foreach (var m in registry.ListAsync(model, cancellationToken))
        {
            versions.Add(new VersionSummary(
                m.Version,
                m.CreatedAt,
                Camel(m.Verdict.Decision),
                m.Verdict.Reasons[0],
                m.Verdict.Metric,
                Score(m),
                m.Trainer,
                [.. m.Data.Select(d => d.Name)]));
        }

        var judgement = aliases.Rollout is null ? null : await rollouts.LatestAsync(model, cancellationToken);
        var raised = await alerts.ListAsync(model, Alerts.Shown, cancellationToken);
        return HttpAnswers.Json(
            new ModelDetails(
                model,
                aliases,
                await registry.FindServedAsync(model, aliases, cancellationToken),
                await registry.FindDanglingAsync(model, aliases, cancellationToken),
                judgement,
                [.. raised.Reverse()],
                versions),
            HttpJson.Readable.ModelDetails);
    }

    [Function("get-version")]
    public Task<IResult> GetVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}/versions/{version}")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => registry.AnswerAsync(
            model,
            version,
            // The stored bytes, unchanged: the manifest is the record.
            async number => await store.ReadAllAsync(
                BlobPaths.Manifest(model, number), 1 << 24, cancellationToken) is var (manifest, _)
                ? HttpAnswers.Bytes(manifest)
                : null,
            cancellationToken);

    [Function("get-report")]
    public Task<IResult> GetReportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}/versions/{version}/report")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => registry.AnswerAsync(
            model,
            version,
            async number => await registry.GetAsync(model, number, cancellationToken) is not null
                && await store.ReadAllAsync(
                    BlobPaths.Report(model, number), 1 << 26, cancellationToken) is var (report, _)
                ? HttpAnswers.Html(report)
                : null,
            cancellationToken);

    /// <summary>Downloads the model as ONNX, for other runtimes.</summary>
    [Function("get-onnx")]
    public Task<IResult> GetOnnxAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}/versions/{version}/onnx")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => registry.AnswerAsync(
            model, version, number => GetOnnxAsync(model, number, cancellationToken), cancellationToken);

    /// <summary>
    /// Promotes, approves or rolls back. Body: <c>{"version": 2}</c>, or an alias in place of the number.
    /// </summary>
    [Function("set-alias")]
    public async Task<IResult> SetAliasAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/models/{model}/aliases/{alias}")]
        HttpRequest request,
        string model,
        string alias,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        if (alias is not ("champion" or "challenger"))
        {
            return HttpAnswers.Problem(
                StatusCodes.Status404NotFound,
                "Unknown alias",
                $"Expected champion or challenger, found '{alias}'. 'previous' follows the champion.");
        }

        using var body = await RequestBody.ReadAsync(request, options.MaxBodyBytes, cancellationToken);
        if (body.Refusal is { } refusal) return refusal;

        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var wish = AliasRequest.Parse(body.Bytes, aliases);
        if (wish.Error is { } error) return HttpAnswers.Invalid("The alias cannot be set", [error]);

        var outcome = alias == "champion"
            ? await registry.PromoteAsync(
                model, wish.Version, decidedAgainst: null, "api", wish.Reason, cancellationToken)
            : await registry.ChallengeAsync(model, wish.Version, "api", wish.Reason, cancellationToken);
        await cache.RefreshAsync(model, cancellationToken);
        return outcome switch
        {
            AliasOutcome.Changed or AliasOutcome.Unchanged => HttpAnswers.Json(
                new AliasAnswer(model, alias, wish.Version, outcome == AliasOutcome.Changed ? "changed" : "unchanged"),
                HttpJson.Readable.AliasAnswer),
            AliasOutcome.NoSuchVersion => HttpAnswers.UnknownVersion(
                model, wish.Version.ToString(CultureInfo.InvariantCulture)),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    private async Task<IResult?> GetOnnxAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await registry.GetAsync(model, version, cancellationToken) is not { } manifest) return null;
        if (await store.ReadAllAsync(
            BlobPaths.OnnxFile(model, version), 2 * OnnxModel.MaxBytes, cancellationToken) is var (onnx, _))
        {
            return HttpAnswers.File(onnx, $"{model}-{version}.onnx");
        }

        var reason = manifest.OnnxObstacle ?? "It was made before models were written as ONNX.";
        return HttpAnswers.Problem(
            StatusCodes.Status404NotFound, "No ONNX file", $"Version {version} of model '{model}' has none. {reason}");
    }

    private async Task<ModelSummary> SummariseAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var answers = await registry.FindServedAsync(model, aliases, cancellationToken);
        var champion = answers is { } v ? await registry.GetAsync(model, v, cancellationToken) : null;
        return new ModelSummary(
            model, aliases.Champion, aliases.Challenger, aliases.Previous,
            champion is null ? null : Camel(champion.Schema.Task),
            champion?.Verdict.Metric,
            champion is null ? null : Score(champion),
            champion?.CreatedAt);
    }

    private static double? Score(Manifest manifest) =>
        manifest.Verdict.Candidate.TryGetValue(manifest.Verdict.Metric, out var score) ? score : null;

    private static string Camel<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
