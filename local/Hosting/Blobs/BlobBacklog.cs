namespace Serverless.Local.Hosting;

/// <summary>
/// The names that one blob function has yet to look at. Each is in it once, and only once at a time on its way
/// through: waiting, then taken, then finished. What happens to a blob while it is taken is remembered.
/// </summary>
/// <param name="capacity">Names beyond this are refused; the caller looks through the store again later.</param>
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

    /// <summary>True where the name is new here, and the caller must see to it that it is taken.</summary>
    /// <param name="forced">Run even where a receipt says it was done; never refused.</param>
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

    /// <summary>True where the run is forced.</summary>
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

    /// <param name="keep">The name is to be taken again in any case.</param>
    /// <returns>
    /// Whether the name stays and must be taken again, and whether there is room for names refused before.
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
