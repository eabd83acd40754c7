using System.IO.Compression;

namespace Serverless.Csv.Text;

/// <summary>
/// Decompresses gzip and detects truncation: <see cref="GZipStream"/> takes the end of a truncated file for the end of
/// its content. A small gzip member of our own is appended to the file; if it does not come out whole at the end, the
/// file's last member was incomplete.
/// </summary>
internal sealed class GzipText : ForwardStream
{
    // Repeated bytes, so that the packed form does not contain them as they are.
    private static readonly byte[] Marker = [.. Enumerable.Repeat((byte)'*', 64)];
    private static readonly byte[] PackedMarker = Pack(Marker);

    private readonly GZipStream _gzip;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _count;

    /// <param name="packed">The stored bytes, from the file's start.</param>
    public GzipText(HashingStream stored, Stream packed)
    {
        stored.Append(PackedMarker);
        _gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    public static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <exception cref="UnreadableTextException">The gzip data is damaged, or ends early.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Holds the last bytes back: they may be the marker.
        while (_count <= Marker.Length)
        {
            _buffer.AsSpan(_start, _count).CopyTo(_buffer);
            _start = 0;
            int read;
            try
            {
                read = await _gzip.ReadAsync(_buffer.AsMemory(_count), cancellationToken);
            }
            catch (InvalidDataException e)
            {
                throw Damaged(e.Message);
            }

            if (read == 0)
            {
                if (_buffer.AsSpan(0, _count).SequenceEqual(Marker)) return 0;
                throw Damaged("The gzip data ends early, or other data follows it.");
            }

            _count += read;
        }

        var take = Math.Min(buffer.Length, _count - Marker.Length);
        _buffer.AsMemory(_start, take).CopyTo(buffer);
        _start += take;
        _count -= take;
        return take;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    private static UnreadableTextException Damaged(string why) =>
        new(new CsvDamage(CsvDamage.DamagedGzip, "a whole gzip file", $"damaged data: {why}"));

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
