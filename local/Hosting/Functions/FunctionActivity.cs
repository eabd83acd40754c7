using Serverless.Local.Hosting.Admin;

namespace Serverless.Local.Hosting.Functions;

/// <summary>
/// Counts the runs of a function since the start, for <c>GET /admin/host/status</c>. Takes no lock, because every
/// request is counted.
/// </summary>
public sealed class FunctionActivity
{
    private long _begun;
    private long _ended;
    private long _lastRun;
    private volatile string? _lastError;

    public void Begin(DateTimeOffset now)
    {
        Interlocked.Increment(ref _begun);
        Volatile.Write(ref _lastRun, now.UtcTicks);
    }

    /// <param name="error">Null if the run succeeded.</param>
    public void End(string? error)
    {
        if (!ReferenceEquals(_lastError, error)) _lastError = error;
        Interlocked.Increment(ref _ended);
    }

    public int Running
    {
        get
        {
            // Reading _ended first makes a concurrent end yield a number too high, never a negative one.
            var ended = Interlocked.Read(ref _ended);
            return (int)(Interlocked.Read(ref _begun) - ended);
        }
    }

    public FunctionStatus Describe(FunctionDescriptor function)
    {
        var lastRun = Volatile.Read(ref _lastRun);
        return new FunctionStatus(
            function.Name,
            function.Trigger.Description,
            Running,
            Interlocked.Read(ref _begun),
            lastRun == 0 ? null : new DateTimeOffset(lastRun, TimeSpan.Zero),
            _lastError);
    }
}
