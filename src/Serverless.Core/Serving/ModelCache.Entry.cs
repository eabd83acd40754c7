namespace Serverless.Core.Serving;

public sealed partial class ModelCache
{
    /// <summary>The cached state of one model, or of one version requested by number.</summary>
    private sealed class Entry
    {
        public const long Never = long.MinValue;

        private volatile ServedModel? _served;
        private volatile UnreadableVersion? _unreadable;
        private volatile bool _isStoreAway;
        private volatile bool _isIdle;
        private long _checkedAt = Never;
        private long _usedAt = Never;

        public SemaphoreSlim Loading { get; } = new(1);

        public ServedModel? Served
        {
            get => _served;
            set => _served = value;
        }

        public string? AliasesETag { get; set; }

        /// <summary>Whether a version was loaded before and evicted.</summary>
        public bool WasEvicted { get; set; }

        /// <summary>The version that failed to load; null if the last load succeeded.</summary>
        public UnreadableVersion? Unreadable
        {
            get => _unreadable;
            set => _unreadable = value;
        }

        public bool IsStoreAway
        {
            get => _isStoreAway;
            set => _isStoreAway = value;
        }

        /// <summary>Neither requested nor checked lately, so the age of the version is unknown.</summary>
        public bool IsIdle
        {
            get => _isIdle;
            set => _isIdle = value;
        }

        /// <summary>Clock timestamp.</summary>
        public long CheckedAt
        {
            get => Volatile.Read(ref _checkedAt);
            set => Volatile.Write(ref _checkedAt, value);
        }

        /// <summary>Completes a check that began at this time.</summary>
        public void Checked(long started) => (CheckedAt, IsIdle) = (started, false);

        /// <summary>Time of the last request, to within the precision of <see cref="Use"/>.</summary>
        public long UsedAt => Volatile.Read(ref _usedAt);

        /// <summary>Writes rarely, since a write per request would bounce the cache line between processors.</summary>
        public void Use(long now, long within)
        {
            if (UsedAt is var at && (at == Never || now - at > within)) Volatile.Write(ref _usedAt, now);
        }
    }
}
