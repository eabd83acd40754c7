using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Blobs;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Queues;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Hosting.Timers;

namespace Serverless.Local.Hosting;

/// <summary>Runs the listeners of all blob, queue and timer functions.</summary>
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
    // Time that cancelled functions get to return.
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

    /// <summary>Whether a listener failed by an error in the host; the host is stopping then.</summary>
    public bool HasFailed { get; private set; }

    /// <param name="after">The listeners start when this completes.</param>
    public void Start(Task after)
    {
        foreach (var listener in _listeners.Values) listener.Subscribe();
        _work = StartAsync(after);
    }

    /// <summary>
    /// Accepts no more work, waits for running functions up to the drain time, then cancels them. The next start runs
    /// unfinished work again.
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
            // Stop rather than run on with a function that no longer sees its triggers.
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
            // Real time, not the injected clock: a user is waiting for the prompt.
            await work.WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
