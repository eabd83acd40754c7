namespace Serverless.Local.Hosting;

/// <summary>What a function does and did since the start, for <c>GET /admin/host/status</c>.</summary>
public sealed class FunctionActivity
{
    private readonly Lock _lock = new();
    private int _running;
    private long _runs;
    private DateTimeOffset? _lastRun;
    private string? _lastError;

    public void Begin(DateTimeOffset now)
    {
        lock (_lock)
        {
            _running++;
            _runs++;
            _lastRun = now;
        }
    }

    /// <param name="error">Null where the run ended well.</param>
    public void End(string? error)
    {
        lock (_lock)
        {
            _running--;
            _lastError = error;
        }
    }

    public int Running
    {
        get
        {
            lock (_lock) return _running;
        }
    }

    public FunctionStatus Describe(FunctionDescriptor function)
    {
        lock (_lock)
        {
            return new FunctionStatus(function.Name, function.Trigger.Description, _running, _runs, _lastRun, _lastError);
        }
    }
}
