using System.Collections.Concurrent;
using Serverless.Core.Registry;
using Serverless.Core.Telemetry;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>Versions that were asked for by number, in the same bounded memory as the champions.</summary>
public sealed partial class ModelCache
{
    // Grows with the versions that there are, not with what callers make up.
    private readonly ConcurrentDictionary<(string Model, int Version), Entry> _versions = new();

    /// <summary>
    /// One version, whichever is champion. It is loaded once however many wait for it, and stays until others need its
    /// room.
    /// </summary>
    /// <returns>Null where there is no such version, or its file cannot be read.</returns>
    /// <exception cref="IOException">The store failed, and the version is not at hand.</exception>
    public async ValueTask<ServedModel?> GetVersionAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await GetAsync(model, cancellationToken) is { } champion)
        {
            if (champion.Version == version) return champion;
            if (champion.Rollout?.Challenger is { } challenger && challenger.Version == version) return challenger;
        }

        if (await _registry.GetAsync(model, version, cancellationToken) is null) return null;
        var entry = _versions.GetOrAdd((model, version), _ => new Entry());
        entry.Use(_clock.GetTimestamp(), _usedWithin);
        if (entry.Served is { } served) return served;
        await entry.Loading.WaitAsync(cancellationToken);
        try
        {
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
        // As with a champion: files that cannot be loaded are not read again by every request.
        if (await IsKnownUnreadableAsync(model, version, entry, cancellationToken)) return null;
        try
        {
            var loaded = await LoadAsync(model, version, entry, cancellationToken);
            (entry.Served, entry.Unreadable) = (loaded, null);
            await MakeRoomAsync(entry, cancellationToken);
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
