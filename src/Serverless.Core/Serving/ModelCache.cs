using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// Caches the champions. Checks aliases within every <see cref="ServingOptions.RefreshInterval"/>; a new champion is
/// loaded and has scored a row before it takes over atomically. If it cannot be loaded, or the store fails, the last
/// good version stays. Evicts the least recently used model beyond <see cref="ServingOptions.CacheBytes"/>.
/// </summary>
public sealed partial class ModelCache : IAsyncDisposable
{
    // A check of a healthy store takes less.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly BlobStore _store;
    private readonly ModelRegistry _registry;
    private readonly PredictionLog _log;
    private readonly RolloutFollower _rollouts;
    private readonly ServingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<ModelCache> _logger;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly ITimer _timer;
    private readonly long _usedWithin;
    private Task _refreshing = Task.CompletedTask;

    public ModelCache(
        BlobStore store,
        ModelRegistry registry,
        PredictionLog log,
        RolloutFollower rollouts,
        ServingOptions options,
        TimeProvider clock,
        ILogger<ModelCache> logger)
    {
        (_store, _registry, _log, _rollouts, _options, _clock, _logger) =
            (store, registry, log, rollouts, options, clock, logger);
        _usedWithin = (long)(options.RefreshInterval.TotalSeconds * clock.TimestampFrequency / (4 * ChecksPerInterval));
        var period = options.RefreshInterval / ChecksPerInterval;
        _timer = clock.CreateTimer(_ => BeginRefresh(), null, period, period);
    }

    /// <summary>Returns the champion; null if there is none or it was never loadable.</summary>
    public async ValueTask<ServedModel?> GetAsync(string model, CancellationToken cancellationToken)
    {
        if (await FindEntryAsync(model, cancellationToken) is not { } entry) return null;
        var now = _clock.GetTimestamp();
        entry.Use(now, _usedWithin);
        // Read once: it may be evicted between two reads.
        var served = entry.Served;
        // After a failed check only the timer retries, so that no request waits for an unavailable store.
        var isHit = served is not null && (IsFresh(entry, now) || entry.IsStoreAway);
        ServingTelemetry.CacheAsked(model, isHit);
        if (isHit) return served;

        // The timer does not run in a host frozen between requests, as on Azure Functions, and skips models without
        // requests. The first request then checks; others wait briefly for it if there is a cached version, since the
        // store may be slow.
        if (served is null || entry.IsIdle) await entry.Loading.WaitAsync(cancellationToken);
        else if (!await entry.Loading.WaitAsync(_patience, cancellationToken)) return served;
        return await CheckAsync(model, entry, evenIfFresh: false, cancellationToken);
    }

    /// <summary>Whether a champion is loaded and has scored a row; loads it if not cached.</summary>
    /// <exception cref="IOException">The store failed, and no version is cached.</exception>
    public async ValueTask<bool> IsReadyAsync(string model, CancellationToken cancellationToken) =>
        await GetAsync(model, cancellationToken) is not null;

    /// <summary>
    /// The version named by the aliases, if it could not be loaded at the last check; otherwise null.
    /// </summary>
    public UnreadableVersion? FindUnreadable(string model) =>
        _entries.TryGetValue(model, out var entry) ? entry.Unreadable : null;

    /// <summary>A version requested by number, if it could not be loaded at the last check; otherwise null.</summary>
    public UnreadableVersion? FindUnreadable(string model, int version) =>
        _versions.TryGetValue((model, version), out var entry) ? entry.Unreadable : null;

    /// <summary>Checks the aliases now. A failure is logged and leaves the cached version.</summary>
    /// <exception cref="IOException">The store failed, and no version is cached.</exception>
    public async Task<ServedModel?> RefreshAsync(string model, CancellationToken cancellationToken)
    {
        if (await FindEntryAsync(model, cancellationToken) is not { } entry) return null;
        await entry.Loading.WaitAsync(cancellationToken);
        return await CheckAsync(model, entry, evenIfFresh: true, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _refreshing;
        foreach (var entry in _entries.Values)
        {
            if (entry.Served is { } served) await _rollouts.FollowAsync(served, null, CancellationToken.None);
            entry.Loading.Dispose();
        }

        foreach (var entry in _versions.Values) entry.Loading.Dispose();
    }

    /// <summary>Null for unknown models: made-up names must not grow the cache.</summary>
    private async ValueTask<Entry?> FindEntryAsync(string model, CancellationToken cancellationToken) =>
        _entries.TryGetValue(model, out var known) ? known
        : await _registry.ExistsAsync(model, cancellationToken) ? _entries.GetOrAdd(model, _ => new Entry())
        : null;

    /// <summary>Without a cached version every request checks, so that the first champion answers at once.</summary>
    private bool IsFresh(Entry entry, long now) =>
        entry.Served is not null && entry.CheckedAt is var at && at != Entry.Never
        && _clock.GetElapsedTime(at, now) < _options.RefreshInterval;

    /// <summary>The caller has entered <see cref="Entry.Loading"/>; this method releases it.</summary>
    private async Task<ServedModel?> CheckAsync(
        string model, Entry entry, bool evenIfFresh, CancellationToken cancellationToken)
    {
        // Set to the start of the check, but only after its end: until then the result is unknown.
        var started = _clock.GetTimestamp();
        try
        {
            if (evenIfFresh || !IsFresh(entry, started))
            {
                await LoadIfChangedAsync(model, entry, cancellationToken);
                entry.IsStoreAway = false;
                entry.Checked(started);
            }

            return entry.Served;
        }
        catch (Exception e) when (entry.Served is not null && e is not OperationCanceledException)
        {
            entry.IsStoreAway = e is StoreUnavailableException;
            // A failing store is asked again after an interval, not by every request.
            entry.Checked(started);
            Failures.Count(Failures.Refresh, model, e);
            ServingLog.RefreshFailed(_logger, model, e);
            return entry.Served;
        }
        catch when (entry.Served is null)
        {
            entry.CheckedAt = Entry.Never;
            throw;
        }
        finally
        {
            entry.Loading.Release();
        }
    }

    private async Task LoadIfChangedAsync(string model, Entry entry, CancellationToken cancellationToken)
    {
        var (properties, isGone) = await LookAsync(model, entry.Served, cancellationToken);
        if (properties is null)
        {
            // aliases.json alone may have been lost; without its version too, the model was deleted or started over.
            if (isGone) await DropAsync(entry, cancellationToken);
            return;
        }

        if (!isGone && properties.ETag == entry.AliasesETag) return;
        var (aliases, etag) = await _registry.GetAliasesAsync(model, cancellationToken);
        // Without any version that exists, the champion's load says what is missing.
        var live = await _registry.FindServedAsync(model, aliases, cancellationToken) ?? aliases.Champion;
        var isOther = live is { } wanted && wanted != entry.Served?.Version;
        if (!isOther) entry.Unreadable = null;
        // If loading failed, the next check tries again.
        if (isOther && !await TrySwapAsync(model, live!.Value, entry, cancellationToken)) return;
        if (entry.Served is { } served)
        {
            await _rollouts.FollowAsync(served, aliases.LiveRollout, cancellationToken);
            if (served.Rollout is not null) await EvictAsync(entry, cancellationToken);
        }

        // A version that answers in place of a deleted champion gives way to it once that is back.
        entry.AliasesETag = live == aliases.Champion ? etag : null;
    }

    private async Task<bool> TrySwapAsync(string model, int version, Entry entry, CancellationToken cancellationToken)
    {
        var before = entry.Served;
        // Unloadable files stay so until they change: they are neither read nor logged again until then.
        if (await IsKnownUnreadableAsync(model, version, entry, cancellationToken)) return false;
        try
        {
            // A challenger that becomes champion is loaded already, and has answered requests.
            entry.Served = before is not null && await _rollouts.EndAsync(before, version) is { } ready
                ? ready
                : await LoadAsync(model, version, entry, cancellationToken);
            entry.Unreadable = null;
            await EvictAsync(entry, cancellationToken);
            ServingTelemetry.Swapped(model, version);
        }
        catch (ModelFileException e)
        {
            Failures.Count(Failures.Load, model, e);
            if (before is null) ServingLog.FirstLoadFailed(_logger, model, version, e);
            else ServingLog.LoadFailed(_logger, model, version, before.Version, e);
            return false;
        }

        if (before is null)
        {
            if (entry.WasEvicted) ServingLog.LoadedAgain(_logger, model, version);
            else ServingLog.FirstLoaded(_logger, model, version);
            return true;
        }

        ServingLog.Swapped(_logger, model, version, before.Version);
        _log.Retire(before);
        return true;
    }

    /// <exception cref="ModelFileException">
    /// A file is missing, unreadable or of another version, or its model cannot score; the entry records the version.
    /// </exception>
    private async Task<ServedModel> LoadAsync(
        string model, int version, Entry entry, CancellationToken cancellationToken)
    {
        var stored = await _registry.ReadModelAsync(model, version, cancellationToken);
        try
        {
            var loaded = new ServedModel(model, version, stored.Load(), _options);
            _log.Attach(loaded);
            return loaded;
        }
        catch (ModelFileException e)
        {
            entry.Unreadable = new UnreadableVersion(version, stored.ETags, e.Message);
            throw;
        }
    }

    private async Task<bool> IsKnownUnreadableAsync(
        string model, int version, Entry entry, CancellationToken cancellationToken) =>
        entry.Unreadable is { } known && known.Version == version
        && known.ETags == await _registry.ModelETagsAsync(model, version, cancellationToken);

    private void BeginRefresh()
    {
        FlushIfLarge();
        // Checks must not pile up on a slow store.
        if (_refreshing.IsCompleted) _refreshing = RefreshAllAsync();
    }

    private async Task RefreshAllAsync()
    {
        foreach (var (model, entry) in _entries)
        {
            if (!IsDue(model, entry)) continue;
            try
            {
                await RefreshAsync(model, CancellationToken.None);
            }
#pragma warning disable CA1031 // an edge: a timer has no caller
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failures.Count(Failures.Refresh, model, e);
                ServingLog.RefreshFailed(_logger, model, e);
            }
        }

        // Counts grow with concurrent requests, even without a load.
        await EvictAsync(All.Where(e => e.Served is not null).MaxBy(e => e.UsedAt), CancellationToken.None);
    }
}
