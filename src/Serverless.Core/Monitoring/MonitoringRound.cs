using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Telemetry;
using Serverless.Core.Training;

namespace Serverless.Core.Monitoring;

/// <summary>Runs a timer's check on all models.</summary>
public sealed class MonitoringRound(ModelRegistry registry, ILogger<MonitoringRound> logger)
{
    /// <summary>
    /// Checks the models one after another. A failed check is logged and repeated in the next round; it does not
    /// discard the retrains requested by others.
    /// </summary>
    /// <param name="name">The check's name, for the log.</param>
    /// <returns>The retrains to request.</returns>
    public async Task<IReadOnlyList<RetrainRequest>> CheckAllAsync(
        string name, Func<string, CancellationToken, Task<RetrainRequest?>> check, CancellationToken cancellationToken)
    {
        var requests = new List<RetrainRequest>();
        foreach (var model in await registry.ListModelsAsync(cancellationToken))
        {
            try
            {
                var request = await MonitoringTelemetry.CheckAsync(name, model, () => check(model, cancellationToken));
                if (request is not null) requests.Add(request);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Failures.Count(name, model, e);
                MonitoringLog.CheckFailed(logger, model, name, e);
            }
        }

        return requests;
    }
}
