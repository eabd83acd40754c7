using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Truth;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Serves predictions and takes feedback.</summary>
public sealed class PredictionFunctions(
    PredictService predictions, FeedbackService feedback, ModelRegistry registry, ServingOptions options)
{
    [Function(FunctionNames.Predict)]
    public async Task<IResult> PredictAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/predict")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, options.MaxBodyBytes, cancellationToken);
        if (body.Refusal is { } refusal) return refusal;

        if (!TryExplain(request, out var explain))
        {
            return HttpAnswers.Problem(
                StatusCodes.Status400BadRequest,
                "Unknown query value",
                "explain: expected true or false, found "
                + $"'{RequestErrorText.Shorten(request.Query["explain"].ToString())}'.");
        }

        return await predictions.PredictAsync(
            model, body.Bytes, cancellationToken, explain, new RequestHeaders(request, HeaderOf)) switch
        {
            PredictOutcome.Answered answered => new PredictionAnswer(answered.Answer),
            PredictOutcome.UnknownModel => HttpAnswers.UnknownModel(model),
            PredictOutcome.NoVersionYet none => HttpAnswers.NoVersionYet(model, none.Why),
            PredictOutcome.NotExplainable opaque => HttpAnswers.Problem(
                StatusCodes.Status409Conflict,
                "No exact explanation",
                $"Predictions of version {opaque.Version} of {model}, by trainer '{opaque.Trainer}', cannot be "
                + "explained exactly. Omit explain=true, or train with 'gbt' or 'linear'."),
            PredictOutcome.Invalid invalid => HttpAnswers.Invalid("The rows cannot be scored", invalid.Errors),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    internal static string? HeaderOf(object request, string name) => ((HttpRequest)request).Headers[name];

    [Function("feedback")]
    public async Task<IResult> FeedbackAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/feedback")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, options.MaxBodyBytes, cancellationToken);
        if (body.Refusal is { } refusal) return refusal;

        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        var (kept, errors) = await feedback.RecordAsync(model, body.Bytes, cancellationToken);
        return errors.Count > 0
            ? HttpAnswers.Invalid("The feedback cannot be kept", errors)
            : HttpAnswers.Json(
                new FeedbackAnswer(model, kept), HttpJson.Readable.FeedbackAnswer, StatusCodes.Status202Accepted);
    }

    /// <returns>False if the value is neither true nor false. A missing value means no explanation.</returns>
    private static bool TryExplain(HttpRequest request, out bool explain)
    {
        explain = false;
        return !request.QueryString.HasValue
            || !request.Query.TryGetValue("explain", out var text)
            || bool.TryParse(text, out explain);
    }
}
