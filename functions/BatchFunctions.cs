using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Batch;
using Serverless.Core.Monitoring;

namespace Serverless.Functions;

/// <summary>
/// Starts batch predictions: of a dropped file, of a file that reached the function's time limit, and of files whose
/// event was lost.
/// </summary>
public sealed class BatchFunctions(BatchRunner runs, DataSweep dataSweep)
{
    /// <param name="blob">Unused: a run opens the file itself, and may begin in its middle.</param>
    /// <param name="path">See <see cref="TrainingFunctions.TrainAsync"/>.</param>
    [Function(FunctionNames.PredictFile)]
    [QueueOutput(BatchRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<BatchRequest[]> PredictFileAsync(
        [BlobTrigger(
            BatchFolders.Inputs + "/{path}", Source = BlobTriggerSource.EventGrid, Connection = SettingNames.Storage)]
        Stream blob,
        string? path,
        CancellationToken cancellationToken) => ContinuationOf(await runs.RunDroppedAsync(path, cancellationToken));

    [Function("continue-file")]
    [QueueOutput(BatchRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<BatchRequest[]> ContinueFileAsync(
        [QueueTrigger(BatchRequest.QueueName, Connection = SettingNames.Storage)] BatchRequest request,
        CancellationToken cancellationToken) => ContinuationOf(await runs.RunAsync(request, cancellationToken));

    [Function("sweep-files")]
    [QueueOutput(BatchRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<BatchRequest[]> SweepAsync(
        [TimerTrigger("%" + SettingNames.SweepSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        [.. await dataSweep.FindMissedBatchesAsync(cancellationToken)];

    private static BatchRequest[] ContinuationOf(BatchOutcome? outcome) =>
        outcome?.Continuation is { } request ? [request] : [];
}
