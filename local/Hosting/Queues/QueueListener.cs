using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Hosting.Telemetry;

namespace Serverless.Local.Hosting.Queues;

/// <summary>
/// Runs a function for each message of its queue, in the order sent, with the batch size of host.json.
/// </summary>
internal sealed class QueueListener(
    FunctionDescriptor function,
    QueueTrigger trigger,
    QueueStore queues,
    FunctionRunner runner,
    QueueOptions options,
    TimeProvider clock,
    ILogger logger) : TriggerListener(function)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<string, (DateTimeOffset VisibleAt, string Id)> _waiting = new();
    private readonly HashSet<string> _known = [];
    private readonly Signal _changed = new();
    private int _running;

    public override int Pending
    {
        get
        {
            lock (_lock) return _known.Count;
        }
    }

    public override void Subscribe() => queues.Subscribe(trigger.Queue, message => Add(message.Id, message.VisibleAt));

    public override async Task RunAsync(CancellationToken stop)
    {
        await StoreGuard.UntilItWorksAsync(Function.Name, LoadAsync, clock, logger, stop);
        while (!stop.IsCancellationRequested)
        {
            var wait = StartDue();
            await _changed.WaitAsync(wait, clock, stop).IgnoringStop(stop);
        }

        while (true)
        {
            lock (_lock)
            {
                if (_running == 0) return;
            }

            await _changed.WaitAsync(MaxWait, clock, CancellationToken.None);
        }
    }

    public override async Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken)
    {
        if (input is null) return new RunNowRefusal(400, "input: expected a message, found nothing.");
        if (System.Text.Encoding.UTF8.GetByteCount(input) > QueueStore.MaxMessageBytes)
        {
            return new RunNowRefusal(400, $"input: expected at most {QueueStore.MaxMessageBytes} bytes.");
        }

        await queues.SendAsync(trigger.Queue, input, cancellationToken);
        return null;
    }

    private async Task LoadAsync(CancellationToken stop)
    {
        await foreach (var message in queues.ListAsync(trigger.Queue, stop))
        {
            // Only one host works on a store, so a run that the previous host began is not running any more.
            Add(message.Id, message.Attempts.Running ? clock.GetUtcNow() : message.VisibleAt);
        }
    }

    private void Add(string id, DateTimeOffset visibleAt)
    {
        lock (_lock)
        {
            if (_known.Add(id)) _waiting.Enqueue(id, (visibleAt, id));
        }

        _changed.Set();
    }

    /// <summary>Starts due messages. Returns the time until the next may be due.</summary>
    private TimeSpan StartDue()
    {
        lock (_lock)
        {
            while (_running < options.BatchSize && _waiting.TryPeek(out var id, out var due))
            {
                var wait = due.VisibleAt - clock.GetUtcNow();
                if (wait > TimeSpan.Zero) return wait < MaxWait ? wait : MaxWait;
                _waiting.Dequeue();
                _running++;
                _ = Task.Run(() => WorkAsync(id));
            }

            return MaxWait;
        }
    }

    private async Task WorkAsync(string id)
    {
        DateTimeOffset? again;
        try
        {
            again = await TryAsync(id);
        }
        catch (Exception e)
        {
            // The runner catches the function's exceptions, so this one is the store's.
            logger.StoreFailed(e, Function.Name, StoreGuard.Pause.TotalSeconds);
            again = clock.GetUtcNow() + StoreGuard.Pause;
        }

        lock (_lock)
        {
            _running--;
            if (again is { } visibleAt) _waiting.Enqueue(id, (visibleAt, id));
            else _known.Remove(id);
        }

        _changed.Set();
    }

    /// <summary>Makes one attempt. Returns when the next is due; null if none is needed.</summary>
    private async Task<DateTimeOffset?> TryAsync(string id)
    {
        if (await queues.FindAsync(trigger.Queue, id, CancellationToken.None) is not { } message) return null;
        message = message with { Attempts = message.Attempts.Begin() };
        if (message.Attempts.IsAbandonedForGood)
        {
            await PoisonAsync(message, $"the host was killed {message.Attempts.Abandoned} times during an attempt");
            return null;
        }

        await queues.SaveAsync(trigger.Queue, message);
        var outcome = await RunFunctionAsync(message);
        if (outcome.IsInterrupted)
        {
            await queues.SaveAsync(trigger.Queue, message with { Attempts = message.Attempts.Interrupt() });
            return null;
        }

        if (outcome.IsStoreUnavailable)
        {
            var next = clock.GetUtcNow() + StoreGuard.Pause;
            await queues.SaveAsync(
                trigger.Queue, message with { Attempts = message.Attempts.Interrupt(), VisibleAt = next });
            return next;
        }

        if (outcome.Error is null)
        {
            await queues.DeleteAsync(trigger.Queue, id);
            return null;
        }

        var visibleAt = clock.GetUtcNow() + options.VisibilityTimeout;
        message = message with { Attempts = message.Attempts.Fail(), VisibleAt = visibleAt, LastError = outcome.Error };
        var failures = message.Attempts.Failures;
        if (failures >= options.MaxDequeueCount)
        {
            await PoisonAsync(message, $"{failures} of {failures} attempts failed, the last with {outcome.Error}");
            return null;
        }

        await queues.SaveAsync(trigger.Queue, message);
        var seconds = options.VisibilityTimeout.TotalSeconds;
        logger.Retrying(Function.Name, Subject(message), seconds, failures, options.MaxDequeueCount);
        return visibleAt;
    }

    private async Task<FunctionOutcome> RunFunctionAsync(QueueMessage message)
    {
        object? body;
        try
        {
            body = queues.Read(message, trigger.MessageType);
        }
        catch (JsonException e)
        {
            return FunctionOutcome.Failed($"the message is not a {trigger.MessageType.Name}: {e.Message}");
        }

        if (body is null) return FunctionOutcome.Failed($"the message is null; expected {trigger.MessageType.Name}");
        var error = FunctionRunner.Bind(Function, _ => null, out var arguments);
        System.Diagnostics.Debug.Assert(error is null, "A queue trigger has no parameters that are bound by name.");
        return await runner.TryRunAsync(Function, Subject(message), body, arguments, message.TraceParent);
    }

    private async Task PoisonAsync(QueueMessage message, string reason)
    {
        var record = await queues.PoisonAsync(trigger.Queue, message, reason);
        logger.Poisoned(Function.Name, Subject(message), reason, record);
    }

    private string Subject(QueueMessage message) => $"message {message.Id} of {trigger.Queue}";
}
