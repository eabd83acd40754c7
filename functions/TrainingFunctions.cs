using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>
/// Starts training runs: of a dropped file, of a retrain request, of files whose event was lost, and of models whose
/// model.json was edited. A run that comes near the function's time limit sends itself a message and continues from its
/// checkpoint.
/// </summary>
public sealed class TrainingFunctions(
    TrainingRunner runs, DataSweep dataSweep, ModelRegistry registry, RetrainCheck retrains)
{
    /// <param name="blob">Unused: a run opens the file itself, twice.</param>
    /// <param name="path">
    /// Model and file in one token: of two tokens, Azure's first would take all folders. Null if an event is for
    /// another container.
    /// </param>
    [Function(FunctionNames.Train)]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> TrainAsync(
        [BlobTrigger(
            ContainerNames.Datasets + "/{path}",
            Source = BlobTriggerSource.EventGrid,
            Connection = SettingNames.Storage)]
        Stream blob,
        string? path,
        CancellationToken cancellationToken) => ContinuationOf(await runs.RunDroppedAsync(path, cancellationToken));

    /// <summary>Queues a retrain on the newest file, or answers why it would learn nothing.</summary>
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

    [Function("retrain")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> RetrainAsync(
        [QueueTrigger(RetrainRequest.QueueName, Connection = SettingNames.Storage)] RetrainRequest request,
        CancellationToken cancellationToken) => ContinuationOf(await runs.RunAsync(request, cancellationToken));

    [Function("sweep")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> SweepAsync(
        [TimerTrigger("%" + SettingNames.SweepSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        [
            .. await dataSweep.FindMissedAsync(cancellationToken),
            .. await dataSweep.FindEditedAsync(cancellationToken),
        ];

    private static RetrainRequest[] ContinuationOf(RunRecord? record) =>
        record?.Continuation is { } request ? [request] : [];
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
