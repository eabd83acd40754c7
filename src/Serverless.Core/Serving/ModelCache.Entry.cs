namespace Serverless.Core.Serving;

public sealed partial class ModelCache
{
    /// <summary>What is known of one model, or of one version that was asked by its number.</summary>
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

        /// <summary>It was loaded before.</summary>
        public bool MadeRoom { get; set; }

        /// <summary>The version that was to be loaded and could not be; null where the last load went well.</summary>
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

        /// <summary>Nobody asked and nobody looked: how old the version is, is not known.</summary>
        public bool IsIdle
        {
            get => _isIdle;
            set => _isIdle = value;
        }

        /// <summary>A timestamp of the clock.</summary>
        public long CheckedAt
        {
            get => Volatile.Read(ref _checkedAt);
            set => Volatile.Write(ref _checkedAt, value);
        }

        /// <summary>A look that began at this time is over.</summary>
        public void Checked(long started) => (CheckedAt, IsIdle) = (started, false);

        /// <summary>When it was last asked for, give or take what <see cref="Use"/> leaves out.</summary>
        public long UsedAt => Volatile.Read(ref _usedAt);

        /// <summary>
        /// Written now and then only: processors would take the memory from one another with every request.
        /// </summary>
        public void Use(long now, long within)
        {
            if (UsedAt is var at && (at == Never || now - at > within)) Volatile.Write(ref _usedAt, now);
        }
    }
}
