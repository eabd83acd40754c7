using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting;

/// <summary>
/// Runs a function for each message of its queue, in the order sent, as many at a time as host.json allows.
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
            var wait = StartWhatIsDue();
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
            // One host works on a store, so what was running when the last one ended runs no more.
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

    /// <summary>Gives the time until there may be more to do.</summary>
    private TimeSpan StartWhatIsDue()
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
            // The function's own exceptions never come here: it is the store that failed.
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

    /// <summary>One try. Gives when the message is to be tried again, or null where it is done with.</summary>
    private async Task<DateTimeOffset?> TryAsync(string id)
    {
        if (await queues.FindAsync(trigger.Queue, id, CancellationToken.None) is not { } message) return null;
        message = message with { Attempts = message.Attempts.Begin() };
        if (message.Attempts.IsAbandonedForGood)
        {
            await PoisonAsync(message, $"the host ended {message.Attempts.Abandoned} times while it ran");
            return null;
        }

        await queues.SaveAsync(trigger.Queue, message);
        var outcome = await RunFunctionAsync(message);
        if (outcome.IsInterrupted)
        {
            await queues.SaveAsync(trigger.Queue, message with { Attempts = message.Attempts.Interrupt() });
            return null;
        }

        if (outcome.IsStoreAway)
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
            await PoisonAsync(message, $"{failures} of {failures} tries failed, the last with {outcome.Error}");
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
            return FunctionOutcome.Failed($"the message is no {trigger.MessageType.Name}: {e.Message}");
        }

        if (body is null) return FunctionOutcome.Failed($"the message is null; expected {trigger.MessageType.Name}");
        var error = FunctionRunner.Bind(Function, _ => null, out var arguments);
        System.Diagnostics.Debug.Assert(error is null, "A queue trigger has no names that could be bound.");
        return await runner.TryRunAsync(Function, Subject(message), body, arguments, message.TraceParent);
    }

    private async Task PoisonAsync(QueueMessage message, string reason)
    {
        var record = await queues.PoisonAsync(trigger.Queue, message, reason);
        logger.Poisoned(Function.Name, Subject(message), reason, record);
    }

    private string Subject(QueueMessage message) => $"message {message.Id} of {trigger.Queue}";
}
