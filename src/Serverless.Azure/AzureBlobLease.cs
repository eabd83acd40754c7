using Azure;
using Azure.Storage.Blobs.Specialized;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// A lease of 60 s on a blob, renewed every 20 s. Counts as lost shortly before it expires, so that two holders never
/// overlap.
/// </summary>
internal sealed class AzureBlobLease : BlobLease
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LostBeforeEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReleaseWithin = TimeSpan.FromSeconds(5);

    private readonly BlobLeaseClient _lease;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private long _heldSince;

    /// <param name="heldSince">Timestamp from before the request that acquired the lease.</param>
    public AzureBlobLease(BlobLeaseClient lease, TimeProvider clock, long heldSince)
    {
        (_lease, _clock, _heldSince) = (lease, clock, heldSince);
        _renewing = RenewAsync();
    }

    public override CancellationToken Lost => _lost.Token;

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        _stop.Dispose();
        if (_lost.IsCancellationRequested) return;
        using var limit = new CancellationTokenSource(ReleaseWithin, _clock);
        try
        {
            await _lease.ReleaseAsync(cancellationToken: limit.Token);
        }
        catch (Exception e) when (e is RequestFailedException || AzureFailure.IsTransient(e))
        {
            // The lease expires within a minute anyway.
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            do await Task.Delay(RenewEvery, _clock, _stop.Token);
            while (await TryRenewAsync());
            await _lost.CancelAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: stop renewing.
        }
    }

    /// <summary>False if the lease is lost.</summary>
    private async Task<bool> TryRenewAsync()
    {
        while (Duration - LostBeforeEnd - _clock.GetElapsedTime(_heldSince) is var left && left > TimeSpan.Zero)
        {
            var started = _clock.GetTimestamp();
            using var limit = new CancellationTokenSource(left, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            try
            {
                await _lease.RenewAsync(cancellationToken: either.Token);
                _heldSince = started;
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                return false;
            }
#pragma warning disable CA1031 // after any failure the lease lasts until it expires
            catch (Exception) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(RetryAfter, _clock, _stop.Token);
            }
        }

        return false;
    }
}
