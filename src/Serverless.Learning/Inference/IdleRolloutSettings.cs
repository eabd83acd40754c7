using Serverless.Learning.Definition;

namespace Serverless.Learning.Inference;

/// <summary>Finds settings of <c>rollout</c> that its strategy does not look at.</summary>
internal static class IdleRolloutSettings
{
    private static readonly RolloutSettings _usual = new();

    /// <param name="add">Takes a column, what was expected and what was found.</param>
    public static void Check(RolloutSettings rollout, Action<string?, string, string> add)
    {
        var isCanary = rollout.Strategy == RolloutStrategy.Canary;
        var isBlueGreen = rollout.Strategy == RolloutStrategy.BlueGreen;
        // What has its usual value was perhaps only spelt out.
        IEnumerable<(string Name, bool IsSet, bool HasEffect, string For)> settings =
        [
            ("steps", !rollout.Steps.SequenceEqual(_usual.Steps), isCanary, "canary"),
            ("stepMinutes", rollout.StepMinutes != _usual.StepMinutes, isCanary, "canary"),
            ("shadowHours", rollout.ShadowHours != _usual.ShadowHours,
                rollout.Strategy == RolloutStrategy.Shadow, "shadow"),
            ("keyHeader", rollout.KeyHeader is not null, isCanary, "canary"),
            ("keyField", rollout.KeyField is not null, isCanary, "canary"),
            ("minimumRequests", rollout.MinimumRequests != _usual.MinimumRequests, !isBlueGreen, Both),
            ("maxErrorRateIncrease", rollout.MaxErrorRateIncrease != _usual.MaxErrorRateIncrease, !isBlueGreen, Both),
            ("maxLatencyIncrease", rollout.MaxLatencyIncrease != _usual.MaxLatencyIncrease, !isBlueGreen, Both),
            ("minLatencyMilliseconds", rollout.MinLatencyMilliseconds != _usual.MinLatencyMilliseconds,
                !isBlueGreen, Both),
            ("maxMetricLoss", rollout.MaxMetricLoss != _usual.MaxMetricLoss, !isBlueGreen, Both),
        ];
        var strategy = rollout.Strategy switch
        {
            RolloutStrategy.BlueGreen => "blueGreen",
            RolloutStrategy.Canary => "canary",
            _ => "shadow",
        };
        foreach (var (name, _, _, of) in settings.Where(s => s is { IsSet: true, HasEffect: false }))
        {
            add(
                null,
                $"\"strategy\": \"{of}\" in rollout of model.json, as {name} is for",
                $"\"{strategy}\", which does not look at it");
        }
    }

    private const string Both = "canary\" or \"shadow";
}
