using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>Evicts models from memory and chooses those to refresh in the background.</summary>
public sealed partial class ModelCache
{
    private const int ChecksPerInterval = 16;

    // Share of the cache's limit. Counts and samples that exceed it are flushed early.
    private const double MaxLogShare = 0.125;

    // Share of the cache's limit. Evicted models are garbage of the oldest generation, which the runtime is slow to
    // collect; a collection is forced before there is more of it than this. Room is left for it, and for what is
    // counted until the next load.
    private const double MaxDroppedShare = 0.125;

    // Less garbage than this is not worth a collection.
    private const long MinCollectedBytes = 4L << 20;

    private long _dropped;

    /// <summary>
    /// Estimated bytes of the cached models, including challengers and versions requested by number, and of traffic not
    /// yet flushed.
    /// </summary>
    public long Bytes => All.Sum(e => BytesOf(e.Served)) + _log.Bytes;

    /// <summary>Number of cached models.</summary>
    public int Count => All.Count(e => e.Served is not null);

    private IEnumerable<Entry> All => _entries.Values.Concat(_versions.Values);

    /// <summary>
    /// The cached version that would answer for the model; null without one. Does not count as a use.
    /// </summary>
    public ServedModel? FindCached(string model) =>
        _entries.TryGetValue(model, out var entry) ? entry.Served : null;

    private static long BytesOf(ServedModel? served) =>
        served is null ? 0 : served.Bytes + (served.Rollout?.Challenger?.Bytes ?? 0);

    /// <summary>
    /// Evicts the least recently used models until the rest fits; keeps <paramref name="newest"/>, however large.
    /// Requests in progress complete, and the next request loads the model again. A champion is evicted with its
    /// challenger; the roll-out resumes when both are loaded again.
    /// </summary>
    private async Task EvictAsync(Entry? newest, CancellationToken cancellationToken)
    {
        FlushIfLarge();
        CollectIfLarge();
        var excess = Bytes - (long)(_options.CacheBytes * (1 - MaxDroppedShare));
        if (excess <= 0) return;
        foreach (var entry in All.Where(e => e != newest && e.Served is not null).OrderBy(e => e.UsedAt))
        {
            if (excess <= 0) return;
            // A model being checked is in use.
            if (!await entry.Loading.WaitAsync(0, cancellationToken)) continue;
            try
            {
                if (entry.Served is not { } served) continue;
                excess -= BytesOf(served);
                Interlocked.Add(ref _dropped, BytesOf(served));
                (entry.Served, entry.AliasesETag, entry.WasEvicted) = (null, null, true);
                await _rollouts.FollowAsync(served, null, cancellationToken);
                _log.Retire(served);
            }
            finally
            {
                entry.Loading.Release();
            }
        }

        // Counts of evicted models are freed by the flush. Waiting for it limits loads to the speed of the store.
        if (excess > 0) await _log.BeginFlush().WaitAsync(cancellationToken);
    }

    /// <summary>Collects evicted models in the background, so that no request waits for it.</summary>
    private void CollectIfLarge()
    {
        if (Volatile.Read(ref _dropped) < Math.Max(MinCollectedBytes, _options.CacheBytes * MaxDroppedShare)) return;
        Volatile.Write(ref _dropped, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private void FlushIfLarge()
    {
        if (_log.Bytes > _options.CacheBytes * MaxLogShare) _ = _log.BeginFlush();
    }

    /// <summary>
    /// Whether a model's aliases are due for a check: after half to three quarters of the interval, which leaves time
    /// for the check itself. The share depends on model and instance, which spreads the checks over time. A model not
    /// requested since the last check is skipped; its next request waits for a check.
    /// </summary>
    private bool IsDue(string model, Entry entry)
    {
        var share = new SplitMix64((ulong)HashCode.Combine(model, _log.Instance)).NextDouble();
        if (entry.Served is null
            || _clock.GetElapsedTime(entry.CheckedAt) < _options.RefreshInterval * (0.5 + (share / 4)))
        {
            return false;
        }

        entry.IsIdle = entry.UsedAt < entry.CheckedAt - _usedWithin;
        return !entry.IsIdle;
    }
}
