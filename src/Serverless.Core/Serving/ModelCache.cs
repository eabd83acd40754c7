using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Telemetry;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// The champions in memory. Aliases are looked at within every <see cref="ServingOptions.RefreshInterval"/>; a new
/// champion is loaded and has scored a row before it takes over in one step. One that cannot be loaded leaves the last
/// good one, and so does a store that fails. Together they take at most <see cref="ServingOptions.CacheBytes"/>: the
/// model that was asked least recently makes room.
/// </summary>
public sealed partial class ModelCache : IAsyncDisposable
{
    // What a look takes of a store that is well.
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
        _usedWithin = (long)(options.RefreshInterval.TotalSeconds * clock.TimestampFrequency / (4 * LooksPerInterval));
        var period = options.RefreshInterval / LooksPerInterval;
        _timer = clock.CreateTimer(_ => BeginRefresh(), null, period, period);
    }

    /// <summary>The champion, null where there is none or it has never been loadable.</summary>
    public async ValueTask<ServedModel?> GetAsync(string model, CancellationToken cancellationToken)
    {
        if (await FindEntryAsync(model, cancellationToken) is not { } entry) return null;
        var now = _clock.GetTimestamp();
        entry.Use(now, _usedWithin);
        // Once: it may be evicted between two looks at it.
        var served = entry.Served;
        // Where the last look failed, the timer goes on looking, and no request waits for a store that is away.
        var isHit = served is not null && (IsFresh(entry, now) || entry.IsStoreAway);
        ServingTelemetry.CacheAsked(model, isHit);
        if (isHit) return served;

        // A host that was frozen between two requests, as functions are, has missed its timer, and models that nobody
        // asks are not looked at: then one request looks first. The others wait a moment for it, and no longer where
        // there is a version: a store may be slow.
        if (served is null || entry.IsIdle) await entry.Loading.WaitAsync(cancellationToken);
        else if (!await entry.Loading.WaitAsync(_patience, cancellationToken)) return served;
        return await LookAsync(model, entry, evenIfFresh: false, cancellationToken);
    }

    /// <summary>Whether a champion is loaded and has scored a row; loads it where it is not at hand.</summary>
    /// <exception cref="IOException">The store failed, and there is no version at hand.</exception>
    public async ValueTask<bool> IsReadyAsync(string model, CancellationToken cancellationToken) =>
        await GetAsync(model, cancellationToken) is not null;

    /// <summary>
    /// The version that the aliases name, if it could not be loaded at the last look; null where all is well.
    /// </summary>
    public UnreadableVersion? FindUnreadable(string model) =>
        _entries.TryGetValue(model, out var entry) ? entry.Unreadable : null;

    /// <summary>
    /// A version asked by its number, if it could not be loaded at the last look; null where all is well.
    /// </summary>
    public UnreadableVersion? FindUnreadable(string model, int version) =>
        _versions.TryGetValue((model, version), out var entry) ? entry.Unreadable : null;

    /// <summary>Looks at the aliases now. A failure is logged and leaves the version at hand.</summary>
    /// <exception cref="IOException">The store failed, and there is no version at hand.</exception>
    public async Task<ServedModel?> RefreshAsync(string model, CancellationToken cancellationToken)
    {
        if (await FindEntryAsync(model, cancellationToken) is not { } entry) return null;
        await entry.Loading.WaitAsync(cancellationToken);
        return await LookAsync(model, entry, evenIfFresh: true, cancellationToken);
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

    /// <summary>
    /// Null where nobody ever dropped anything for the name: a caller cannot make the cache grow with made-up names.
    /// </summary>
    private async ValueTask<Entry?> FindEntryAsync(string model, CancellationToken cancellationToken) =>
        _entries.TryGetValue(model, out var known) ? known
        : await _registry.ExistsAsync(model, cancellationToken) ? _entries.GetOrAdd(model, _ => new Entry())
        : null;

    /// <summary>
    /// Where there is no version at hand every request looks: the first champion answers as soon as it is one.
    /// </summary>
    private bool IsFresh(Entry entry, long now) =>
        entry.Served is not null && entry.CheckedAt is var at && at != Entry.Never
        && _clock.GetElapsedTime(at, now) < _options.RefreshInterval;

    /// <summary>The caller has entered <see cref="Entry.Loading"/>; this leaves it.</summary>
    private async Task<ServedModel?> LookAsync(
        string model, Entry entry, bool evenIfFresh, CancellationToken cancellationToken)
    {
        // Told only when the look is over, as of its start: until then nobody knows more than the look before it said.
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
            // A store that fails is asked again after an interval, not by every request.
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
        var properties = await _store.GetPropertiesAsync(BlobPaths.Aliases(model), cancellationToken);
        if (properties is null || properties.ETag == entry.AliasesETag) return;

        var (aliases, etag) = await _registry.GetAliasesAsync(model, cancellationToken);
        var isOther = aliases.Champion is { } champion && champion != entry.Served?.Version;
        if (!isOther) entry.Unreadable = null;
        // Where loading failed, the next look tries again.
        if (isOther && !await TrySwapAsync(model, aliases.Champion!.Value, entry, cancellationToken)) return;
        if (entry.Served is { } served)
        {
            await _rollouts.FollowAsync(served, aliases.LiveRollout, cancellationToken);
            if (served.Rollout is not null) await MakeRoomAsync(entry, cancellationToken);
        }

        entry.AliasesETag = etag;
    }

    private async Task<bool> TrySwapAsync(string model, int version, Entry entry, CancellationToken cancellationToken)
    {
        var before = entry.Served;
        // Files that cannot be loaded stay so until they are others: they are neither read nor told of at every look.
        if (await IsKnownUnreadableAsync(model, version, entry, cancellationToken)) return false;
        try
        {
            // A challenger that becomes champion is loaded already, and has answered requests.
            entry.Served = before is not null && await _rollouts.EndAsync(before, version) is { } ready
                ? ready
                : await LoadAsync(model, version, entry, cancellationToken);
            entry.Unreadable = null;
            await MakeRoomAsync(entry, cancellationToken);
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
            if (entry.MadeRoom) ServingLog.LoadedAgain(_logger, model, version);
            else ServingLog.FirstLoaded(_logger, model, version);
            return true;
        }

        ServingLog.Swapped(_logger, model, version, before.Version);
        _log.Retire(before);
        return true;
    }

    /// <exception cref="ModelFileException">
    /// A file is missing, cannot be read or is of another version, or its model cannot score; the entry keeps which it
    /// was.
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
        FlushIfMuch();
        // A slow store must not make one look pile up on another.
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
#pragma warning disable CA1031 // an edge: a timer has nobody above it
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failures.Count(Failures.Refresh, model, e);
                ServingLog.RefreshFailed(_logger, model, e);
            }
        }

        // Counts take more memory once a model is asked more than one request at a time.
        await MakeRoomAsync(All.MaxBy(e => e.UsedAt), CancellationToken.None);
    }
}
