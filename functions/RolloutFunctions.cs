using Microsoft.Azure.Functions.Worker;
using Serverless.Core;
using Serverless.Core.Rollouts;

namespace Serverless.Functions;

/// <summary>The timer that takes canaries and shadows a step further, to their end or back.</summary>
public sealed class RolloutFunctions(RolloutMonitor rollouts)
{
    [Function("advance-rollouts")]
    public Task AdvanceAsync(
        [TimerTrigger("%" + SettingNames.RolloutSchedule + "%")] TimerInfo timer,
        CancellationToken cancellationToken) =>
        rollouts.AdvanceAllAsync(cancellationToken);
}
