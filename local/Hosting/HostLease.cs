using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting;

/// <summary>
/// Holds the lease that lets only one host work on a store. If it expires while the store is unavailable, it is
/// acquired again; if another host has acquired it by then, this host stops.
/// </summary>
internal sealed class HostLease(
    BlobStore store, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<HostLease> logger)
        : IAsyncDisposable
{
    // After a host is killed, its lease in the cloud lasts for up to a minute; a file lock ends at once.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private BlobLease? _held;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Whether another host has acquired the lease; this host is stopping then.</summary>
    public bool IsLost { get; private set; }

    /// <exception cref="HostStartException">Another host works on the store, or the store cannot be used.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            _held = await store.TryAcquireLeaseAsync(HostPaths.Lease, cancellationToken)
                ?? (store is FolderBlobStore ? null : await WaitAsync(cancellationToken))
                ?? throw new HostStartException($"Another host is working on the store {store.Location}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostStartException($"The store {store.Location} cannot be used: {e.Message}", e);
        }

        _keeping = KeepAsync(_held);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        if (_held is not null) await _held.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<BlobLease?> WaitAsync(CancellationToken cancellationToken)
    {
        logger.WaitingForLease(store.Location, MaxWait.TotalSeconds);
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < MaxWait;)
        {
            await Task.Delay(RetryInterval, clock, cancellationToken);
            if (await store.TryAcquireLeaseAsync(HostPaths.Lease, cancellationToken) is { } lease) return lease;
        }

        return null;
    }

    private async Task KeepAsync(BlobLease? held)
    {
        while (held is not null)
        {
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, _stop.Token))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, either.Token).IgnoringStop(either.Token);
            }

            if (_stop.IsCancellationRequested) return;
            logger.LeaseRanOut(store.Location);
            await held.DisposeAsync();
            await StoreGuard.UntilItWorksAsync(
                "the host",
                async stop => held = await store.TryAcquireLeaseAsync(HostPaths.Lease, stop),
                clock,
                logger,
                _stop.Token);
            if (_stop.IsCancellationRequested) return;
            _held = held;
        }

        logger.LeaseLost(store.Location);
        IsLost = true;
        lifetime.StopApplication();
    }
}
