using Serverless.Local.Hosting.Functions;

namespace Serverless.Local.Hosting.Admin;

/// <summary>Body of <c>POST /admin/functions/{name}</c>.</summary>
/// <param name="Input">A blob's name for a blob function, the message for a queue function.</param>
public sealed record RunNowRequest(string? Input = null);

/// <param name="Function">Name of the function, as declared.</param>
public sealed record RunNowAnswer(string Function);

public enum HostState
{
    Starting,
    Running,
    Stopping,
}

/// <summary>Answer of <c>GET /admin/host/status</c>.</summary>
/// <param name="UptimeSeconds">Seconds since the host began to serve requests.</param>
/// <param name="PendingBlobs">For each function, the number of blobs that wait, are being written, or run.</param>
/// <param name="Queues">For each queue, the number of messages that wait or run.</param>
public sealed record HostStatus(
    HostState State,
    string Version,
    double UptimeSeconds,
    int ProcessId,
    string Store,
    IReadOnlyList<FunctionStatus> Functions,
    IReadOnlyDictionary<string, int> PendingBlobs,
    IReadOnlyDictionary<string, int> Queues);

/// <param name="Trigger">Kind of the trigger, with its route, path, queue or schedule, for display.</param>
/// <param name="Running">Number of current runs.</param>
/// <param name="Runs">Number of runs begun since the start.</param>
/// <param name="LastRun">When the latest run began; null before the first.</param>
/// <param name="LastError">Error of the run that ended last; null if it succeeded.</param>
/// <param name="NextRun">When a timer is due; null for other triggers.</param>
public sealed record FunctionStatus(
    string Name,
    string Trigger,
    int Running,
    long Runs,
    DateTimeOffset? LastRun,
    string? LastError,
    DateTimeOffset? NextRun = null);
