namespace Serverless.Functions.Tests.Hosting;

/// <summary>Which functions a host's invocations reached, and which of the invocations failed.</summary>
internal sealed record Tally(int Functions, IReadOnlyList<string> NeverInvoked, IReadOnlyList<Invocation> Failed)
{
    public static Tally Of(WorkerHost host) => new(
        host.Functions.Count,
        [.. host.Functions.Select(f => f.Name).Except(host.Invocations.Select(i => i.Function))],
        [.. host.Invocations.Where(i => !i.Succeeded)]);

    public bool IsClean => NeverInvoked.Count == 0 && Failed.Count == 0;

    public override string ToString() =>
        $"{Functions - NeverInvoked.Count} functions of {Functions} invoked, "
        + (Failed.Count == 0 ? "none failed" : $"{Failed.Count} invocations failed")
        + (NeverInvoked.Count == 0 ? "" : $"; never invoked: {string.Join(", ", NeverInvoked)}")
        + string.Concat(Failed.Select(f => $"\n{f}"));
}
