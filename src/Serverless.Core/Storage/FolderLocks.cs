using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Core.Storage;

/// <summary>
/// Locks across threads, stores and processes on one folder, striped into 64 by name. The kernel releases the locks of
/// a dead process.
/// </summary>
internal sealed class FolderLocks
{
    private const int Stripes = 64;

    // Files cannot be awaited, so they are polled, in real time: an injected clock may stand still while another
    // process holds the lock.
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(2);

    private readonly string _folder;
    private readonly SemaphoreSlim[] _turns = new SemaphoreSlim[Stripes];

    public FolderLocks(string folder)
    {
        _folder = folder;
        for (var i = 0; i < Stripes; i++) _turns[i] = new SemaphoreSlim(1, 1);
    }

    public async Task<Stripe> AcquireAsync(string name, CancellationToken cancellationToken)
    {
        // Not string.GetHashCode, which differs between processes.
        var index = SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] % Stripes;

        // Tasks of this store queue here in order, so at most one of them polls.
        await _turns[index].WaitAsync(cancellationToken);
        try
        {
            var path = Path.Combine(_folder, $"{index:00}");
            while (true)
            {
                if (TryOpen(path) is { } file) return new Stripe(file, _turns[index]);
                await Task.Delay(PollEvery, TimeProvider.System, cancellationToken);
            }
        }
        catch
        {
            _turns[index].Release();
            throw;
        }
    }

    /// <summary>Opens a file exclusively, creating it if missing; null if it is already open.</summary>
    public static FileStream? TryOpen(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            return null;
        }
    }

    /// <summary>ERROR_SHARING_VIOLATION on Windows; EWOULDBLOCK of flock(2) is 11 on Linux, 35 on macOS.</summary>
    private static bool IsSharingViolation(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

    /// <summary>A held lock. Its file stores the newest timestamp assigned to a blob of the stripe.</summary>
    internal sealed class Stripe(FileStream file, SemaphoreSlim turn) : IDisposable
    {
        /// <summary>
        /// Timestamp of the next write: <paramref name="now"/>, or later if it was already assigned because the clock
        /// is coarse, stands still or was set back. A blob that is deleted and rewritten thus has a new ETag.
        /// </summary>
        public DateTime NextTime(DateTimeOffset now)
        {
            Span<byte> newest = stackalloc byte[sizeof(long)];
            newest.Clear();
            RandomAccess.Read(file.SafeFileHandle, newest, fileOffset: 0);
            var next = Math.Max(now.UtcTicks, BinaryPrimitives.ReadInt64LittleEndian(newest) + 1);
            BinaryPrimitives.WriteInt64LittleEndian(newest, next);
            RandomAccess.Write(file.SafeFileHandle, newest, fileOffset: 0);
            return new DateTime(next, DateTimeKind.Utc);
        }

        public void Dispose()
        {
            file.Dispose();
            turn.Release();
        }
    }
}
