using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Registry;
using Serverless.Storage;
using Serverless.Training;

namespace Serverless.Serving;

/// <summary>
/// The champions in memory. Aliases are looked at every <see cref="ServingOptions.RefreshInterval"/>; a new champion
/// is loaded and has scored a row before it takes over in one step. One that cannot be loaded leaves the last good one.
/// </summary>
public sealed class ModelCache : IAsyncDisposable
{
    private const long MaxModelBytes = 1L << 30;

    private readonly BlobStore _store;
    private readonly ModelRegistry _registry;
    private readonly IReadOnlyList<ITrainer> _trainers;
    private readonly PredictionLog _log;
    private readonly ServingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<ModelCache> _logger;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly ITimer _timer;

    public ModelCache(
        BlobStore store,
        ModelRegistry registry,
        IReadOnlyList<ITrainer> trainers,
        PredictionLog log,
        ServingOptions options,
        TimeProvider clock,
        ILogger<ModelCache> logger)
    {
        options.Validate();
        (_store, _registry, _trainers, _log, _options, _clock, _logger) =
            (store, registry, trainers, log, options, clock, logger);
        _timer = clock.CreateTimer(_ => _ = RefreshAllAsync(), null, options.RefreshInterval, options.RefreshInterval);
    }

    /// <summary>The champion, null where there is none or it has never been loadable.</summary>
    public async ValueTask<ServedModel?> GetAsync(string model, CancellationToken cancellationToken)
    {
        // A host that was frozen between two requests, as functions are, has missed its timer: then look first.
        if (_entries.TryGetValue(model, out var entry)
            && _clock.GetElapsedTime(entry.CheckedAt) < _options.RefreshInterval * 2)
        {
            return entry.Served;
        }

        return await RefreshAsync(model, cancellationToken);
    }

    /// <summary>Looks at the aliases now. A failure is logged and leaves the version at hand.</summary>
    public async Task<ServedModel?> RefreshAsync(string model, CancellationToken cancellationToken)
    {
        // A name nobody ever dropped anything for gets no entry: a caller cannot make the cache grow with made-up names.
        if (!_entries.ContainsKey(model) && !await _registry.ExistsAsync(model, cancellationToken)) return null;
        var entry = _entries.GetOrAdd(model, _ => new Entry());

        await entry.Loading.WaitAsync(cancellationToken);
        try
        {
            // A version at hand answers while another one is loaded. Where there is none yet, all callers wait for what
            // the first look finds: right after a start they would be told that there is no version.
            var lookedAt = _clock.GetTimestamp();
            if (entry.Served is not null) entry.CheckedAt = lookedAt;
            await LoadIfChangedAsync(model, entry, cancellationToken);
            entry.CheckedAt = lookedAt;
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            CoreLog.RefreshFailed(_logger, model, e);
        }
        finally
        {
            entry.Loading.Release();
        }

        return entry.Served;
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (var entry in _entries.Values) entry.Loading.Dispose();
    }

    private async Task LoadIfChangedAsync(string model, Entry entry, CancellationToken cancellationToken)
    {
        var properties = await _store.GetPropertiesAsync(BlobPaths.Aliases(model), cancellationToken);
        if (properties is not null && properties.ETag == entry.AliasesETag) return;

        var (aliases, etag) = await _registry.GetAliasesAsync(model, cancellationToken);
        var before = entry.Served;
        if (aliases.Champion is { } champion && champion != before?.Version)
        {
            if (await LoadAsync(model, champion, before, cancellationToken) is not { } loaded) return;
            _log.Attach(loaded);
            entry.Served = loaded;
            CoreLog.Swapped(_logger, model, champion, before?.Version);
            if (before is not null) await _log.RetireAsync(before, cancellationToken);
        }

        // Only now: where loading failed, the next look tries again.
        entry.AliasesETag = etag;
    }

    private async Task<ServedModel?> LoadAsync(
        string model, int version, ServedModel? before, CancellationToken cancellationToken)
    {
        try
        {
            var file = await _store.ReadAllAsync(BlobPaths.ModelFile(model, version), MaxModelBytes, cancellationToken)
                ?? throw new ModelFileException($"{BlobPaths.ModelFile(model, version)} is not there.");
            return new ServedModel(model, version, ModelFile.Read(file.Bytes, _trainers), _options.SampleRows);
        }
        catch (ModelFileException e)
        {
            CoreLog.LoadFailed(_logger, model, version, before?.Version, e);
            return null;
        }
    }

    private async Task RefreshAllAsync()
    {
        foreach (var model in _entries.Keys)
        {
            try
            {
                await RefreshAsync(model, CancellationToken.None);
            }
#pragma warning disable CA1031 // an edge: a timer has nobody above it
            catch (Exception e)
#pragma warning restore CA1031
            {
                CoreLog.RefreshFailed(_logger, model, e);
            }
        }
    }

    private sealed class Entry
    {
        private volatile ServedModel? _served;

        public SemaphoreSlim Loading { get; } = new(1);

        public ServedModel? Served
        {
            get => _served;
            set => _served = value;
        }

        public string? AliasesETag { get; set; }

        public long CheckedAt { get; set; }
    }
}
