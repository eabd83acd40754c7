using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Reads one version of a blob. While the blob is unchanged, it can seek, and resumes after a broken connection.
/// </summary>
internal sealed class AzureReadStream(
    BlobClient blob, string name, BlobDownloadStreamingResult opened, AzureRetry retry) : Stream
{
    // Consecutive connections that break before the first byte.
    private const int MaxEmpty = 5;

    private readonly string _etag = AzureConditions.Text(opened.Details.ETag);
    private BlobDownloadStreamingResult? _body = opened;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = opened.Details.ContentLength;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value == _position) return;
            _body?.Dispose();
            _body = null;
            _position = value;
        }
    }

    /// <exception cref="StoreUnavailableException">The store no longer answers.</exception>
    /// <exception cref="InvalidDataException">
    /// The blob was changed or deleted, so the opened version cannot be read further.
    /// </exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.IsEmpty) return 0;
        for (var empty = 1; ; empty++)
        {
            _body ??= await ReopenAsync(cancellationToken);
            try
            {
                var read = await _body.Content.ReadAsync(buffer, cancellationToken);
                if (read == 0) throw new IOException("The connection ended early.");
                _position += read;
                return read;
            }
            catch (RequestFailedException e) when (IsChange(e))
            {
                throw Changed(e);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsBroken(e))
            {
                _body.Dispose();
                _body = null;
                if (empty == MaxEmpty) throw AzureFailure.Unavailable(e, name);
            }
            catch (Exception e) when (AzureFailure.IsOfAzure(e))
            {
                throw AzureFailure.Translate(e, name);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Read a blob asynchronously; this would block a thread on the network.");

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body?.Dispose();
        base.Dispose(disposing);
    }

    // The library's stream retries first, and aggregates the failures.
    private static bool IsBroken(Exception e) =>
        AzureFailure.IsTransient(e)
            || (e is AggregateException { InnerExceptions: var all } && all.All(AzureFailure.IsTransient));

    private static bool IsChange(RequestFailedException e) => e.Status is 404 or 412;

    private InvalidDataException Changed(RequestFailedException e) =>
        new($"{name} was changed while it was read; {_position} of {Length} bytes were read.", e);

    private Task<BlobDownloadStreamingResult> ReopenAsync(CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(_position),
            Conditions = AzureConditions.IfMatches(_etag),
        };
        return retry.RunAsync(
            name,
            async _ =>
            {
                try
                {
                    return (await blob.DownloadStreamingAsync(options, cancellationToken)).Value;
                }
                catch (RequestFailedException e) when (IsChange(e))
                {
                    throw Changed(e);
                }
            },
            cancellationToken);
    }
}
