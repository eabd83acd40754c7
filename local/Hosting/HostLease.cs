using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>
/// The lease that lets one host at a time work on a store. Where it runs out because the store was away, it is taken
/// again; only where another host has it by then, this one must stop.
/// </summary>
internal sealed class HostLease(
    BlobStore store, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<HostLease> logger)
        : IAsyncDisposable
{
    // A lease in the cloud outlives a host that was killed by up to a minute; one on a file does not.
    private static readonly TimeSpan MaxAfterlife = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private BlobLease? _held;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Another host has the store, and this one is being stopped.</summary>
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
        logger.WaitingForLease(store.Location, MaxAfterlife.TotalSeconds);
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < MaxAfterlife;)
        {
            await Task.Delay(LookEvery, clock, cancellationToken);
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
