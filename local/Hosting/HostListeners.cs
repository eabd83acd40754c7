using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>The listeners of all functions that no request triggers, from start to stop.</summary>
internal sealed class HostListeners(
    FunctionIndex index,
    BlobStore store,
    FunctionRunner runner,
    QueueStore queues,
    HostFile hostFile,
    HostSettings settings,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : IDisposable
{
    // What was cancelled gets this long to notice.
    private static readonly TimeSpan AfterAbort = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = loggers.CreateLogger<HostListeners>();
    private readonly Dictionary<string, TriggerListener> _listeners = index.Functions
        .Select(f => Create(f, store, runner, queues, hostFile, settings, clock, loggers))
        .OfType<TriggerListener>()
        .ToDictionary(l => l.Function.Name);
    private Task _work = Task.CompletedTask;

    public TriggerListener? Find(FunctionDescriptor function) => _listeners.GetValueOrDefault(function.Name);

    public DateTimeOffset? NextRun(string function) => _listeners.GetValueOrDefault(function)?.NextRun;

    public IReadOnlyDictionary<string, int> PendingBlobs => _listeners.Values
        .OfType<BlobListener>()
        .ToDictionary(l => l.Function.Name, l => l.Pending);

    public IReadOnlyDictionary<string, int> Queues => _listeners.Values
        .OfType<QueueListener>()
        .ToDictionary(l => ((QueueTrigger)l.Function.Trigger).Queue, l => l.Pending);

    /// <summary>A listener ended by an error of the host's own, and the host is being stopped.</summary>
    public bool HasFailed { get; private set; }

    /// <param name="after">The listeners begin once this has ended.</param>
    public void Start(Task after)
    {
        foreach (var listener in _listeners.Values) listener.Subscribe();
        _work = StartAsync(after);
    }

    /// <summary>
    /// Takes no more work, lets what runs go on for the time that the settings give, then cancels it. What did not
    /// end is taken up again by the next start.
    /// </summary>
    public async Task StopAsync(Task requests)
    {
        await _stop.CancelAsync();
        var ended = Task.WhenAll(_work, requests);
        if (await EndsWithin(ended, settings.Drain)) return;
        runner.Abort();
        if (!await EndsWithin(ended, AfterAbort)) _logger.StoppedWhileRunning(runner.Running);
    }

    public void Dispose() => _stop.Dispose();

    private async Task StartAsync(Task after)
    {
        await after.WaitAsync(_stop.Token).IgnoringStop(_stop.Token);
        await Task.WhenAll(_listeners.Values.Select(l => Task.Run(() => ListenAsync(l))));
    }

    private async Task ListenAsync(TriggerListener listener)
    {
        try
        {
            await listener.RunAsync(_stop.Token);
        }
        catch (Exception e)
        {
            // A host that seems to run while one of its functions is deaf would be worse than none.
            _logger.ListenerFailed(e, listener.Function.Name);
            HasFailed = true;
            lifetime.StopApplication();
        }
    }

    private static TriggerListener? Create(
        FunctionDescriptor function, BlobStore store, FunctionRunner runner, QueueStore queues, HostFile hostFile,
        HostSettings settings, TimeProvider clock, ILoggerFactory loggers) => function.Trigger switch
        {
            BlobTrigger blob => new BlobListener(
                function, blob, store, runner, hostFile.Blobs, settings, clock, loggers.CreateLogger<BlobListener>()),
            QueueTrigger queue => new QueueListener(
                function, queue, queues, runner, hostFile.Queues, clock, loggers.CreateLogger<QueueListener>()),
            TimerTrigger timer => new TimerListener(
                function, timer, store, runner, clock, loggers.CreateLogger<TimerListener>()),
            _ => null,
        };

    private static async Task<bool> EndsWithin(Task work, TimeSpan time)
    {
        try
        {
            // Real time, whatever clock the timers go by: this is about a person who waits for the prompt.
            await work.WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
