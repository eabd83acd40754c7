using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Rollouts;

namespace Serverless.Functions;

/// <summary>Advances, completes or rolls back canaries and shadows, on a timer.</summary>
public sealed class RolloutFunctions(RolloutMonitor rollouts)
{
    [Function("advance-rollouts")]
    public Task AdvanceAsync(
        [TimerTrigger("%" + SettingNames.RolloutSchedule + "%")] TimerInfo timer,
        CancellationToken cancellationToken) =>
        rollouts.AdvanceAllAsync(cancellationToken);
}
