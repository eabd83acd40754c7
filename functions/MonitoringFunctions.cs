using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Checks the champions on timers, and serves the latest results.</summary>
public sealed class MonitoringFunctions(
    StalenessMonitor staleness, DriftMonitor drift, ScheduleMonitor schedules, ModelRegistry registry)
{
    [Function("check-staleness")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> CheckStalenessAsync(
        [TimerTrigger("%" + SettingNames.StalenessSchedule + "%")] TimerInfo timer,
        CancellationToken cancellationToken) =>
        [.. await staleness.CheckAllAsync(cancellationToken)];

    [Function("check-drift")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> CheckDriftAsync(
        [TimerTrigger("%" + SettingNames.DriftSchedule + "%")] TimerInfo timer, CancellationToken cancellationToken) =>
        [.. await drift.CheckAllAsync(cancellationToken)];

    [Function("check-schedules")]
    [QueueOutput(RetrainRequest.QueueName, Connection = SettingNames.Storage)]
    public async Task<RetrainRequest[]> CheckSchedulesAsync(
        [TimerTrigger("%" + SettingNames.SourceSchedule + "%")] TimerInfo timer,
        CancellationToken cancellationToken) =>
        [.. await schedules.CheckAllAsync(cancellationToken)];

    [Function("get-drift")]
    public async Task<IResult> GetDriftAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}/drift")] HttpRequest request,
        string model,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        var status = new MonitoringStatus(
            await drift.LatestAsync(model, cancellationToken),
            await staleness.LatestAsync(model, cancellationToken),
            await schedules.LatestAsync(model, cancellationToken));
        return status is { Drift: null, Staleness: null, Schedule: null }
            ? HttpAnswers.Problem(
                StatusCodes.Status404NotFound,
                "Nothing checked yet",
                $"No check of '{model}' has run yet. POST /admin/functions/check-drift runs one now.")
            : HttpAnswers.Json(status, HttpJson.Readable.MonitoringStatus);
    }
}

/// <param name="Schedule">Null if <c>training.schedule</c> was never due.</param>
internal sealed record MonitoringStatus(DriftReport? Drift, StalenessReport? Staleness, ScheduleReport? Schedule);
