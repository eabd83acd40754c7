namespace Serverless.Local.Hosting;

/// <summary>Body of <c>POST /admin/functions/{name}</c>.</summary>
/// <param name="Input">A blob's name for a blob function, the message for a queue function.</param>
public sealed record RunNowRequest(string? Input = null);

/// <param name="Function">The function that runs, spelled as it is declared.</param>
public sealed record RunNowAnswer(string Function);

public enum HostState
{
    Starting,
    Running,
    Stopping,
}

/// <summary>Answer of <c>GET /admin/host/status</c>.</summary>
/// <param name="UptimeSeconds">Since requests are served.</param>
/// <param name="PendingBlobs">By function: blobs that wait, are being written, or run.</param>
/// <param name="Queues">By queue: messages that wait or run.</param>
public sealed record HostStatus(
    HostState State,
    string Version,
    double UptimeSeconds,
    int ProcessId,
    string Store,
    IReadOnlyList<FunctionStatus> Functions,
    IReadOnlyDictionary<string, int> PendingBlobs,
    IReadOnlyDictionary<string, int> Queues);

/// <param name="Trigger">For people: its kind, and its route, path, queue or schedule.</param>
/// <param name="Running">Runs that go on now.</param>
/// <param name="Runs">Runs begun since the start.</param>
/// <param name="LastRun">When the last one began; null where none has.</param>
/// <param name="LastError">Of the run that ended last; null where it ended well.</param>
public sealed record FunctionStatus(
    string Name, string Trigger, int Running, long Runs, DateTimeOffset? LastRun, string? LastError);
