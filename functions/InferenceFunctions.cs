using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core.Serving;
using Serverless.Web.Http;
using Serverless.Web.OpenInference;

namespace Serverless.Functions;

/// <summary>Serves the Open Inference Protocol (v2, REST), for clients of other inference servers.</summary>
public sealed class InferenceFunctions(OpenInferenceService inference, ServingOptions options)
{
    // Triton's clients send it with binary tensors.
    private const string BinaryHeader = "Inference-Header-Content-Length";

    [Function("v2-server")]
    public IResult GetServer([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2")] HttpRequest request) =>
        HttpAnswers.Json(ServerMetadata.Own, OpenInferenceJson.Readable.ServerMetadata);

    [Function("v2-live")]
    public IResult GetLive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v2/health/live")] HttpRequest request) =>
        HttpAnswers.Json(new ServerReadiness(Live: true), OpenInferenceJson.Readable.ServerReadiness);

    [Function("v2-ready")]
    public async Task<IResult> GetReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v2/health/ready")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var isReady = await inference.IsReadyAsync(cancellationToken);
        return HttpAnswers.Json(
            new ServerReadiness(Live: true, isReady),
            OpenInferenceJson.Readable.ServerReadiness,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    [Function("v2-model")]
    public Task<IResult> GetModelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => DescribeAsync(model, null, cancellationToken);

    [Function("v2-version")]
    public Task<IResult> GetVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{model}/versions/{version}")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => DescribeAsync(model, version, cancellationToken);

    [Function("v2-model-ready")]
    public Task<IResult> GetModelReadyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{model}/ready")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => ReadinessAsync(model, null, cancellationToken);

    [Function("v2-version-ready")]
    public Task<IResult> GetVersionReadyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{model}/versions/{version}/ready")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => ReadinessAsync(model, version, cancellationToken);

    [Function("v2-infer")]
    public Task<IResult> InferAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v2/models/{model}/infer")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => AnswerAsync(request, model, null, cancellationToken);

    [Function("v2-version-infer")]
    public Task<IResult> InferVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v2/models/{model}/versions/{version}/infer")]
        HttpRequest request,
        string model,
        string version,
        CancellationToken cancellationToken) => AnswerAsync(request, model, version, cancellationToken);

    private async Task<IResult> DescribeAsync(string model, string? version, CancellationToken cancellationToken)
    {
        if (!TryVersion(version, out var number)) return Refusal(new PredictOutcome.UnknownVersion(), model, version);
        var (metadata, obstacle) = await inference.DescribeAsync(model, number, cancellationToken);
        return metadata is null
            ? Refusal(obstacle!, model, version)
            : HttpAnswers.Json(metadata, OpenInferenceJson.Readable.ModelMetadata);
    }

    private async Task<IResult> ReadinessAsync(string model, string? version, CancellationToken cancellationToken)
    {
        if (!TryVersion(version, out var number)) return Refusal(new PredictOutcome.UnknownVersion(), model, version);
        return await inference.ObstacleAsync(model, number, cancellationToken) switch
        {
            null => HttpAnswers.Json(new ModelReadiness(model, Ready: true), OpenInferenceJson.Readable.ModelReadiness),
            PredictOutcome.NoVersionYet => HttpAnswers.Json(
                new ModelReadiness(model, Ready: false),
                OpenInferenceJson.Readable.ModelReadiness,
                StatusCodes.Status503ServiceUnavailable),
            var obstacle => Refusal(obstacle, model, version),
        };
    }

    private async Task<IResult> AnswerAsync(
        HttpRequest request, string model, string? version, CancellationToken cancellationToken)
    {
        if (!TryVersion(version, out var number)) return Refusal(new PredictOutcome.UnknownVersion(), model, version);
        if (request.Headers.ContainsKey(BinaryHeader))
        {
            return HttpAnswers.ProtocolError(
                StatusCodes.Status400BadRequest,
                $"{BinaryHeader}: expected tensors in JSON, found binary ones, which this server does not read.");
        }

        using var body = await RequestBody.ReadAsync(request, options.MaxBodyBytes, cancellationToken);
        if (body.Refusal is { } refusal)
        {
            return HttpAnswers.ProtocolError(refusal.Status, $"{refusal.Title}. {refusal.Detail}");
        }

        var headers = new RequestHeaders(request, PredictionFunctions.HeaderOf);
        return await inference.InferAsync(model, number, body.Bytes, cancellationToken, headers) switch
        {
            PredictOutcome.Answered answered => new PredictionAnswer(answered.Answer),
            var obstacle => Refusal(obstacle, model, version),
        };
    }

    private static IResult Refusal(PredictOutcome outcome, string model, string? version) => outcome switch
    {
        PredictOutcome.Invalid invalid => HttpAnswers.ProtocolError(
            StatusCodes.Status400BadRequest, InferenceErrorText.Of(invalid.Errors)),
        PredictOutcome.UnknownModel => HttpAnswers.ProtocolError(
            StatusCodes.Status404NotFound, $"There is no model '{RequestErrorText.Shorten(model)}'."),
        PredictOutcome.UnknownVersion => HttpAnswers.ProtocolError(
            StatusCodes.Status404NotFound,
            $"Model '{RequestErrorText.Shorten(model)}' has no version '{RequestErrorText.Shorten(version ?? "")}'."),
        PredictOutcome.NoVersionYet none => HttpAnswers.RetryLater(HttpAnswers.ProtocolError(
            StatusCodes.Status503ServiceUnavailable,
            (version is null
                ? $"Model '{model}' has no live version that can answer."
                : $"Version {version} of model '{model}' cannot be loaded.")
            + (none.Why is null ? "" : $" {none.Why}"))),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    /// <returns>False if the text is given and is not a number.</returns>
    private static bool TryVersion(string? text, out int? version)
    {
        version = VersionRoute.Number(text);
        return text is null || version is not null;
    }
}
