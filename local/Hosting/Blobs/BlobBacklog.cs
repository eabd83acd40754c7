namespace Serverless.Local.Hosting.Blobs;

/// <summary>
/// The blobs that one function has yet to process, each by its name at most once: waiting, then taken, then finished.
/// A name that is added while it is taken is taken again afterwards.
/// </summary>
/// <param name="capacity">Refuses names beyond this number; the caller scans the store again later.</param>
internal sealed class BlobBacklog(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private bool _overflowed;

    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Adds a name. If true, the name is new, and the caller must call <see cref="Take"/> later.</summary>
    /// <param name="forced">Run even if a receipt says that the blob is done; never refused.</param>
    public bool Add(string name, bool forced)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(name, out var entry))
            {
                entry.Again |= entry.Taken;
                entry.Forced |= forced;
                return false;
            }

            if (_entries.Count >= capacity && !forced)
            {
                _overflowed = true;
                return false;
            }

            _entries.Add(name, new Entry { Forced = forced });
            return true;
        }
    }

    /// <summary>Takes a name to process it. True if the run is forced.</summary>
    public bool Take(string name)
    {
        lock (_lock)
        {
            var entry = _entries[name];
            var forced = entry.Forced;
            (entry.Taken, entry.Again, entry.Forced) = (true, false, false);
            return forced;
        }
    }

    /// <param name="keep">Keeps the name, to be taken again.</param>
    /// <returns>
    /// Whether the name must be taken again, and whether there is room again for names that were refused.
    /// </returns>
    public (bool Again, bool Refill) Finish(string name, bool keep)
    {
        lock (_lock)
        {
            var entry = _entries[name];
            entry.Taken = false;
            if (keep || entry.Again) return (Again: true, Refill: false);
            _entries.Remove(name);
            var refill = _overflowed && _entries.Count <= capacity / 2;
            if (refill) _overflowed = false;
            return (Again: false, refill);
        }
    }

    private sealed class Entry
    {
        public bool Taken { get; set; }

        public bool Again { get; set; }

        public bool Forced { get; set; }
    }
}
