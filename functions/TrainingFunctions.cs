using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>
/// Trains on the newest data: after an ingest, on request, and where a message was lost or model.json was edited. A run
/// that comes near the function's time limit sends itself a message and continues from its checkpoint.
/// </summary>
public sealed class TrainingFunctions(
    TrainingRunner runs, DataSweep dataSweep, ModelRegistry registry, RetrainCheck retrains)
{
    /// <summary>Queues a retrain on the newest data, or answers why it would learn nothing.</summary>
    [Function("request-retrain")]
    public async Task<RetrainResponse> RequestRetrainAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/retrain")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken))
        {
            return new RetrainResponse { Http = HttpAnswers.UnknownModel(model) };
        }

        if (await retrains.FindObstacleAsync(model, cancellationToken) is { } obstacle)
        {
            return new RetrainResponse
            {
                Http = HttpAnswers.Json(
                    new RetrainAnswer(model, "nothingToDo", obstacle), HttpJson.Readable.RetrainAnswer),
            };
        }

        return new RetrainResponse
        {
            Http = HttpAnswers.Json(
                new RetrainAnswer(model, "queued", null),
                HttpJson.Readable.RetrainAnswer,
                StatusCodes.Status202Accepted),
            Message = new RetrainRequest(model, "requested over the API"),
        };
    }

    [Function("train")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> TrainAsync(
        [QueueTrigger(RetrainRequest.QueueName, Connection = SettingNames.Storage)] RetrainRequest request,
        CancellationToken cancellationToken) =>
        await runs.RunAsync(request, cancellationToken) is { Continuation: { } rest } ? [rest] : [];

    [Function("sweep-models")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> SweepAsync(
        [TimerTrigger("%" + SettingNames.SweepSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        [.. await dataSweep.FindUntrainedAsync(cancellationToken)];
}

/// <summary>An answer to the caller and, if a retrain is queued, its message.</summary>
public sealed class RetrainResponse
{
    [HttpResult]
    public required IResult Http { get; init; }

    // Must differ from the name of the trigger's parameter, ignoring case, or Azure does not index the function.
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public RetrainRequest? Message { get; init; }
}
