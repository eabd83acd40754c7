using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Hosting.Telemetry;

namespace Serverless.Local.Hosting.Blobs;

/// <summary>
/// Runs a function for each new or changed blob of its pattern. Scans of the store, at the start and from time to
/// time, find every blob; events of the file system only find them sooner.
/// </summary>
internal sealed class BlobListener(
    FunctionDescriptor function,
    BlobTrigger trigger,
    BlobStore store,
    FunctionRunner runner,
    BlobOptions options,
    HostSettings settings,
    TimeProvider clock,
    ILogger logger) : TriggerListener(function)
{
    // Takes a few megabytes of memory; later scans add the rest.
    private const int Capacity = 10_000;

    private static readonly TimeSpan MaxRetry = TimeSpan.FromMinutes(10);

    private readonly ReceiptBook _receipts = new(function.Name, store, clock, logger);
    private readonly BlobBacklog _backlog = new(Capacity);
    private readonly Channel<(string Name, string? ETag)> _ready = Channel.CreateUnbounded<(string, string?)>();
    private readonly Signal _rescan = new();
    private CancellationToken _stop;
    private TimeSpan _scanInterval;

    public override int Pending => _backlog.Count;

    public override async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        using var watcher = store is FolderBlobStore folder
            ? BlobWatcher.TryWatch(folder, trigger.Pattern.Container, Notice, _rescan.Set, settings.BlobPoll, logger)
            : null;
        _scanInterval = watcher is null ? settings.BlobPoll : settings.BlobRescan;
        await StoreGuard.UntilItWorksAsync(Function.Name, _receipts.LoadAsync, clock, logger, stop);
        await Task.WhenAll(
            Enumerable.Range(0, options.MaxDegreeOfParallelism).Select(_ => WorkAsync()).Append(ScanRepeatedlyAsync()));
    }

    public override async Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input) || !BlobName.IsValid(input) || trigger.Pattern.Match(input) is null)
        {
            return new RunNowRefusal(
                400, $"input: expected the name of a blob like '{trigger.Pattern.Text}', found '{input}'.");
        }

        if (await store.GetPropertiesAsync(input, cancellationToken) is null)
        {
            return new RunNowRefusal(404, $"There is no blob '{input}'.");
        }

        if (_backlog.Add(input, forced: true)) _ = SettleAsync(input, TimeSpan.Zero);
        return null;
    }

    private void Notice(string name)
    {
        if (trigger.Pattern.Match(name) is not null && _backlog.Add(name, forced: false))
        {
            _ = SettleAsync(name, TimeSpan.Zero);
        }
    }

    private async Task ScanRepeatedlyAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await StoreGuard.UntilItWorksAsync(Function.Name, ScanAsync, clock, logger, _stop);
            await _rescan.WaitAsync(_scanInterval, clock, _stop).IgnoringStop(_stop);
        }
    }

    private async Task ScanAsync(CancellationToken stop)
    {
        await foreach (var blob in store.ListAsync(trigger.Pattern.Prefix, stop))
        {
            if (_receipts.For(blob.Name, blob.ETag).Outcome == ReceiptOutcome.Pending) Notice(blob.Name);
        }
    }

    /// <summary>Waits for the delay, then until the blob stops changing, then queues it for a worker.</summary>
    private async Task SettleAsync(string name, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero) await Task.Delay(delay, clock, _stop).IgnoringStop(_stop);
        string? etag = null;
        await StoreGuard.UntilItWorksAsync(
            Function.Name,
            async stop => etag = await BlobSettling.WaitAsync(store, name, settings.BlobSettle, clock, stop),
            clock,
            logger,
            _stop);
        _ready.Writer.TryWrite((name, etag));
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var (name, etag) in _ready.Reader.ReadAllAsync(_stop))
            {
                // The channel may yield an item before it observes the cancellation.
                if (_stop.IsCancellationRequested) return;
                TimeSpan? retry;
                try
                {
                    retry = await TryAsync(name, etag, _backlog.Take(name));
                }
                catch (Exception e)
                {
                    // The runner catches the function's exceptions, so this one is the store's.
                    logger.StoreFailed(e, Function.Name, StoreGuard.Pause.TotalSeconds);
                    retry = StoreGuard.Pause;
                }

                var (again, refill) = _backlog.Finish(name, keep: retry is not null);
                if (again) _ = SettleAsync(name, retry ?? TimeSpan.Zero);
                if (refill) _rescan.Set();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped while it waited for the next blob.
        }
    }

    /// <summary>
    /// Makes one attempt, if the blob needs one. Returns the delay before the next attempt; null if none is needed.
    /// </summary>
    /// <param name="settled">The ETag under which the blob stopped changing.</param>
    private async Task<TimeSpan?> TryAsync(string name, string? settled, bool forced)
    {
        await using var blob = await store.OpenReadAsync(name, CancellationToken.None);
        if (blob is null) return null;
        if (blob.Properties.ETag != settled)
        {
            // Changed while it was queued, and may be incomplete: wait again until it settles.
            if (forced) _backlog.Add(name, forced: true);
            return TimeSpan.Zero;
        }

        var receipt = _receipts.For(name, blob.Properties.ETag);
        if (receipt.Outcome != ReceiptOutcome.Pending)
        {
            if (!forced) return null;
            receipt = new Receipt(name, receipt.ETag);
        }

        receipt = receipt with { Attempts = receipt.Attempts.Begin() };
        if (receipt.Attempts.IsAbandonedForGood)
        {
            await _receipts.PoisonAsync(
                receipt, $"the host was killed {receipt.Attempts.Abandoned} times during an attempt");
            return null;
        }

        await _receipts.SaveAsync(receipt);
        var outcome = await RunFunctionAsync(name, blob.Content);
        if (outcome.IsInterrupted)
        {
            await _receipts.SaveAsync(receipt with { Attempts = receipt.Attempts.Interrupt() });
            return null;
        }

        if (outcome.IsStoreUnavailable)
        {
            await _receipts.SaveAsync(receipt with { Attempts = receipt.Attempts.Interrupt() });
            return StoreGuard.Pause;
        }

        if (outcome.Error is null)
        {
            await _receipts.SucceedAsync(receipt);
            return null;
        }

        receipt = receipt with { Attempts = receipt.Attempts.Fail() };
        var failures = receipt.Attempts.Failures;
        if (failures >= options.PoisonBlobThreshold)
        {
            await _receipts.PoisonAsync(
                receipt, $"{failures} of {failures} attempts failed, the last with {outcome.Error}");
            return null;
        }

        await _receipts.SaveAsync(receipt);
        var delay = TimeSpan.FromTicks(
            Math.Min(MaxRetry.Ticks, settings.BlobRetry.Ticks << Math.Min(failures - 1, 20)));
        logger.Retrying(Function.Name, name, delay.TotalSeconds, failures, options.PoisonBlobThreshold);
        return delay;
    }

    private async Task<FunctionOutcome> RunFunctionAsync(string name, Stream content)
    {
        var tokens = trigger.Pattern.Match(name)!;
        return FunctionRunner.Bind(Function, tokens.GetValueOrDefault, out var arguments) is { } error
            ? FunctionOutcome.Failed(error.Message)
            : await runner.TryRunAsync(Function, name, content, arguments);
    }
}
