using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Telemetry;
using Serverless.Core.Training;

namespace Serverless.Core.Monitoring;

/// <summary>One timer's round through all models.</summary>
public sealed class MonitoringRound(ModelRegistry registry, ILogger<MonitoringRound> logger)
{
    /// <summary>
    /// Checks one model after the other. One that cannot be checked is logged and looked at again in the next round; it
    /// must not take with it the retrains that others ask for.
    /// </summary>
    /// <param name="name">Of the check, for people.</param>
    /// <returns>The retrains to ask for.</returns>
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
