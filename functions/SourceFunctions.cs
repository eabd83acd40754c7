using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Registry;
using Serverless.Sql;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Pulls the rows of databases into data sets: on the schedules of the models, and on request.</summary>
public sealed class SourceFunctions(SourcePuller sources, ModelRegistry registry)
{
    [Function("pull-sources")]
    public Task PullDueAsync(
        [TimerTrigger("%" + SettingNames.SourceSchedule + "%")] TimerInfo timer,
        CancellationToken cancellationToken) =>
        sources.PullDueAsync(cancellationToken);

    /// <summary>Pulls now, and answers when the file has landed, or why none has.</summary>
    [Function("pull-source")]
    public async Task<IResult> PullAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/source/pull")]
        HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        var result = await sources.PullAsync(model, cancellationToken);
        return result.Status switch
        {
            PullStatus.Landed => Answer("landed"),
            PullStatus.NothingNew => Answer("nothingNew"),
            PullStatus.InProgress => HttpAnswers.RetryLater(Problem("The source is being pulled")),
            PullStatus.NoSource => Problem("The model has no source"),
            _ => Problem("The source cannot be pulled"),
        };

        IResult Answer(string status) => HttpAnswers.Json(
            new PullAnswer(model, status, result.Reason, result.File?.File, result.File?.Rows, result.File?.Sha256),
            HttpJson.Readable.PullAnswer);

        IResult Problem(string title) =>
            HttpAnswers.Problem(StatusCodes.Status409Conflict, title, result.Reason ?? title);
    }
}

/// <param name="Status"><c>landed</c>, or <c>nothingNew</c>.</param>
/// <param name="Reason">Why no file landed; null if one did.</param>
/// <param name="File">Path below <c>datasets/{model}/</c>; null if none landed.</param>
/// <param name="Sha256">Of the file's bytes, lower-case hex.</param>
internal sealed record PullAnswer(
    string Model, string Status, string? Reason, string? File, long? Rows, string? Sha256);
