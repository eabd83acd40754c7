using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>Which models stay in memory, and which of them are looked at in the background.</summary>
public sealed partial class ModelCache
{
    private const int LooksPerInterval = 16;

    // Of the bound. Where counts and samples that wait to be written take more, they are written before it is time.
    private const double MostForLog = 0.125;

    // Of the bound. Dropped models are garbage of the oldest generation, which the runtime is in no hurry to collect.
    // It is collected before there is more of it than this, for which room is left, and for what is counted until the
    // next load.
    private const double MostDropped = 0.125;

    // Less than this is not worth a collection.
    private const long LeastCollected = 4L << 20;

    private long _dropped;

    /// <summary>
    /// Bytes of the models at hand, challengers and versions asked by number among them, and of what was asked and
    /// answered and is not written yet; as they are estimated.
    /// </summary>
    public long Bytes => All.Sum(e => BytesOf(e.Served)) + _log.Bytes;

    /// <summary>How many models are at hand.</summary>
    public int Count => All.Count(e => e.Served is not null);

    private IEnumerable<Entry> All => _entries.Values.Concat(_versions.Values);

    /// <summary>
    /// The version that would answer for the model without being loaded; null where none would. To ask changes nothing.
    /// </summary>
    public ServedModel? FindAtHand(string model) =>
        _entries.TryGetValue(model, out var entry) ? entry.Served : null;

    private static long BytesOf(ServedModel? served) =>
        served is null ? 0 : served.Bytes + (served.Rollout?.Challenger?.Bytes ?? 0);

    /// <summary>
    /// Drops the models that were asked least recently until the rest fits. <paramref name="newest"/> stays, however
    /// large. What answers with a dropped one goes on, and whoever asks for it next loads it again. A champion takes
    /// its challenger with it; the roll-out goes on when both are loaded again.
    /// </summary>
    private async Task MakeRoomAsync(Entry? newest, CancellationToken cancellationToken)
    {
        FlushIfMuch();
        CollectIfMuch();
        var excess = Bytes - (long)(_options.CacheBytes * (1 - MostDropped));
        if (excess <= 0) return;
        foreach (var entry in All.Where(e => e != newest && e.Served is not null).OrderBy(e => e.UsedAt))
        {
            if (excess <= 0) return;
            // One that is being looked at just now is in use.
            if (!await entry.Loading.WaitAsync(0, cancellationToken)) continue;
            try
            {
                if (entry.Served is not { } served) continue;
                excess -= BytesOf(served);
                Interlocked.Add(ref _dropped, BytesOf(served));
                (entry.Served, entry.AliasesETag, entry.MadeRoom) = (null, null, true);
                await _rollouts.FollowAsync(served, null, cancellationToken);
                _log.Retire(served);
            }
            finally
            {
                entry.Loading.Release();
            }
        }

        // Counts of dropped models are dropped when they are written. Who loads faster than the store writes waits for
        // it.
        if (excess > 0) await _log.BeginFlush().WaitAsync(cancellationToken);
    }

    /// <summary>
    /// What was dropped is memory of the process until it is collected: in the background, no request waits for it.
    /// </summary>
    private void CollectIfMuch()
    {
        if (Volatile.Read(ref _dropped) < Math.Max(LeastCollected, _options.CacheBytes * MostDropped)) return;
        Volatile.Write(ref _dropped, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private void FlushIfMuch()
    {
        if (_log.Bytes > _options.CacheBytes * MostForLog) _ = _log.BeginFlush();
    }

    /// <summary>
    /// Whether it is time to look at a model's aliases: after half to three quarters of the interval, so that what a
    /// look takes is within the promise; each model and instance at a time of its own, so that they do not all ask at
    /// once.
    /// One that nobody asked since the last look can wait until somebody does, who then waits for the look.
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
