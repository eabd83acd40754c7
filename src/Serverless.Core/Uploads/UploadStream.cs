using System.Security.Cryptography;
using Serverless.Csv.Text;

namespace Serverless.Core.Uploads;

/// <summary>
/// Counts and hashes a file while it is stored, and stops the store with an exception where it must not be kept: a
/// store keeps a blob only once its content has ended.
/// </summary>
internal sealed class UploadStream(Stream content, long maxBytes, string? expectedHash) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Count { get; private set; }

    /// <summary>SHA-256 of the file, lower-case hex; empty before its end.</summary>
    public string Hash { get; private set; } = "";

    /// <exception cref="RefusedUploadException">The file is empty, too large, or not the one that is meant.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        var read = await content.ReadAsync(buffer, cancellationToken);
        Count += read;
        if (Count > maxBytes) throw new RefusedUploadException(new UploadOutcome.TooLarge(maxBytes));
        _hash.AppendData(buffer.Span[..read]);
        if (read == 0 && Hash.Length == 0) End();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    private void End()
    {
        if (Count == 0) throw new RefusedUploadException(new UploadOutcome.Empty());
        Hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (expectedHash is null || expectedHash == Hash) return;
        throw new RefusedUploadException(new UploadOutcome.OtherContent(expectedHash, Hash));
    }
}

/// <summary>Ends the write of a file that is not kept.</summary>
internal sealed class RefusedUploadException(UploadOutcome outcome) : Exception
{
    public UploadOutcome Outcome => outcome;
}
