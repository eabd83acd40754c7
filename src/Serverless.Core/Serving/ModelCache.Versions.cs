using System.Collections.Concurrent;
using Serverless.Core.Registry;
using Serverless.Core.Telemetry;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>Caches versions requested by number, within the same memory limit as the champions.</summary>
public sealed partial class ModelCache
{
    // Bounded by the number of versions, since unknown ones are not added.
    private readonly ConcurrentDictionary<(string Model, int Version), Entry> _versions = new();

    /// <summary>
    /// Returns one version, champion or not. Concurrent requests share one load, and it stays until evicted or deleted.
    /// </summary>
    /// <returns>Null if the version does not exist or cannot be loaded.</returns>
    /// <exception cref="IOException">The store failed, and the version is not cached.</exception>
    public async ValueTask<ServedModel?> GetVersionAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await GetAsync(model, cancellationToken) is { } champion)
        {
            if (champion.Version == version) return champion;
            if (champion.Rollout?.Challenger is { } challenger && challenger.Version == version) return challenger;
        }

        if (!_versions.TryGetValue((model, version), out var entry))
        {
            if (!await _registry.HasAsync(model, version, cancellationToken)) return null;
            entry = _versions.GetOrAdd((model, version), _ => new Entry());
        }

        var now = _clock.GetTimestamp();
        entry.Use(now, _usedWithin);
        if (entry.Served is { } served && IsFresh(entry, now)) return served;
        await entry.Loading.WaitAsync(cancellationToken);
        try
        {
            if (!await StillExistsAsync(model, version, entry, cancellationToken))
            {
                await DropAsync(entry, cancellationToken);
                return null;
            }

            return entry.Served ?? await LoadVersionAsync(model, version, entry, cancellationToken);
        }
        finally
        {
            entry.Loading.Release();
        }
    }

    private async Task<ServedModel?> LoadVersionAsync(
        string model, int version, Entry entry, CancellationToken cancellationToken)
    {
        // As for champions: files that cannot be loaded are not read again by every request.
        if (await IsKnownUnreadableAsync(model, version, entry, cancellationToken)) return null;
        try
        {
            var loaded = await LoadAsync(model, version, entry, cancellationToken);
            (entry.Served, entry.Unreadable) = (loaded, null);
            await EvictAsync(entry, cancellationToken);
            return loaded;
        }
        catch (ModelFileException e)
        {
            Failures.Count(Failures.Load, model, e);
            ServingLog.FirstLoadFailed(_logger, model, version, e);
            return null;
        }
    }
}
