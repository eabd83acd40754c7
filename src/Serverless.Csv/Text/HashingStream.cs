using System.Security.Cryptography;

namespace Serverless.Csv.Text;

/// <summary>Hashes a stored file's bytes while passing them on.</summary>
/// <param name="hashes">False to pass the bytes on without hashing.</param>
/// <param name="owns">Whether the stored stream is closed with this one.</param>
public sealed class HashingStream(Stream stored, bool hashes, bool owns = false) : ForwardStream
{
    private readonly IncrementalHash? _hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private ReadOnlyMemory<byte> _suffix;
    private bool _ended;

    /// <summary>Appends bytes to be read after the file's own; they are not hashed.</summary>
    public void Append(ReadOnlyMemory<byte> suffix) => _suffix = suffix;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        if (!_ended)
        {
            var read = await stored.ReadAsync(buffer, cancellationToken);
            if (read > 0) return Hashed(read, buffer);
            _ended = true;
        }

        return Take(ref _suffix, buffer);
    }

    /// <summary>
    /// Reads the rest. Returns the SHA-256 of the whole file in lower-case hex, or nothing if hashing is off.
    /// </summary>
    public async Task<string> HashToEndAsync(CancellationToken cancellationToken)
    {
        if (_hash is null) return "";
        _suffix = default;
        var rest = new byte[64 * 1024];
        while (await ReadAsync(rest, cancellationToken) > 0)
        {
        }

        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash?.Dispose();
            if (owns) stored.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Take(ref ReadOnlyMemory<byte> from, Memory<byte> to)
    {
        var count = Math.Min(from.Length, to.Length);
        from[..count].CopyTo(to);
        from = from[count..];
        return count;
    }

    private int Hashed(int count, Memory<byte> buffer)
    {
        _hash?.AppendData(buffer.Span[..count]);
        return count;
    }
}
