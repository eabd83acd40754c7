using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Monitoring;
using Serverless.Core.Training;

namespace Serverless.Functions;

/// <summary>
/// Takes in dropped files: by their event, by a message where the event was lost or the time limit was reached.
/// </summary>
public sealed class IngestFunctions(IngestRunner ingests, DataSweep dataSweep)
{
    /// <param name="blob">Unused: the file is opened anew, twice.</param>
    /// <param name="path">
    /// Model and file in one token: of two tokens, Azure's first would take all folders. Null if an event is for
    /// another container.
    /// </param>
    [Function(FunctionNames.Ingest)]
    public async Task<IngestMessages> IngestAsync(
        [BlobTrigger(
            ContainerNames.Datasets + "/{path}",
            Source = BlobTriggerSource.EventGrid,
            Connection = SettingNames.Storage)]
        Stream blob,
        string? path,
        CancellationToken cancellationToken) =>
        IngestMessages.Of(await ingests.RunDroppedAsync(path, cancellationToken));

    [Function("ingest-missed")]
    public async Task<IngestMessages> IngestMissedAsync(
        [QueueTrigger(IngestRequest.QueueName, Connection = SettingNames.Storage)] IngestRequest request,
        CancellationToken cancellationToken) =>
        IngestMessages.Of(await ingests.RunAsync(request, cancellationToken));

    [Function("sweep")]
    [QueueOutput(IngestRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<IngestRequest[]> SweepAsync(
        [TimerTrigger("%" + SettingNames.SweepSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        [.. await dataSweep.FindMissedAsync(cancellationToken)];
}

/// <summary>What follows the reading of a file.</summary>
public sealed class IngestMessages
{
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public RetrainRequest[] Trainings { get; init; } = [];

    [QueueOutput(IngestRequest.QueueName, Connection = SettingNames.Storage)]
    public IngestRequest[] Continuations { get; init; } = [];

    internal static IngestMessages Of(IngestResult? result) => new()
    {
        Trainings = result?.Training is { } training ? [training] : [],
        Continuations = result?.Continuation is { } rest ? [rest] : [],
    };
}
