using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Serving;

namespace Serverless.Web.Http;

/// <summary>
/// A request's body in memory, with a limit on its size. A body that arrived in one piece is not copied: it stays in
/// the server's buffer until it is disposed.
/// </summary>
public readonly struct RequestBody : IDisposable
{
    private readonly PipeReader? _pipe;
    private readonly SequencePosition _end;
    private readonly byte[]? _rented;

    private RequestBody(PipeReader pipe, ReadOnlySequence<byte> whole) =>
        (_pipe, _end, Bytes) = (pipe, whole.End, whole.First);

    private RequestBody(byte[] rented, int length) => (_rented, Bytes) = (rented, rented.AsMemory(0, length));

    private RequestBody(BodyRefusal refusal) => Refusal = refusal;

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// Set if the body exceeds the limit, is no valid gzip, or has a Content-Encoding other than gzip.
    /// </summary>
    public BodyRefusal? Refusal { get; }

    public static ValueTask<RequestBody> ReadAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding;
        if (request.ContentLength > maxBytes)
        {
            return RefuseAsync(request, TooLarge(maxBytes), cancellationToken);
        }

        if (encoding.Count == 0) return ReadPlainAsync(request, maxBytes, cancellationToken);
        return encoding.ToString().ToLowerInvariant() switch
        {
            "" or "identity" => ReadPlainAsync(request, maxBytes, cancellationToken),
            "gzip" or "x-gzip" => ReadGzipAsync(request, maxBytes, cancellationToken),
            _ => RefuseAsync(request, Encoded(encoding.ToString()), cancellationToken),
        };
    }

    public void Dispose()
    {
        _pipe?.AdvanceTo(_end);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    internal static BodyRefusal Encoded(string encoding) => new(
        StatusCodes.Status415UnsupportedMediaType,
        "The body is encoded",
        $"Content-Encoding: expected none or gzip, found '{RequestErrorText.Shorten(encoding)}'.");

    private static async ValueTask<RequestBody> RefuseAsync(
        HttpRequest request, BodyRefusal refusal, CancellationToken cancellationToken)
    {
        await DiscardAsync(request, cancellationToken);
        return new RequestBody(refusal);
    }

    /// <summary>
    /// Reads the rest of a refused body and discards it. The Functions host forwards bodies as they arrive, and if the
    /// connection closes before it has sent everything, it answers 500 in place of the refusal.
    /// </summary>
    internal static async ValueTask DiscardAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (BadHttpRequestException)
        {
            // The body exceeds the server's own limit, so the server closes the connection after the answer.
        }
    }

    private static async ValueTask<RequestBody> ReadPlainAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var pipe = request.BodyReader;
        var read = await pipe.ReadAsync(cancellationToken);
        if (read is { IsCompleted: true, Buffer.IsSingleSegment: true } && read.Buffer.Length <= maxBytes)
        {
            return new RequestBody(pipe, read.Buffer);
        }

        var (bytes, length) = (ArrayPool<byte>.Shared.Rent((int)Math.Min(read.Buffer.Length * 2, maxBytes)), 0);
        try
        {
            while (true)
            {
                var more = (int)Math.Min(read.Buffer.Length, maxBytes + 1 - length);
                Reserve(ref bytes, length, length + more);
                read.Buffer.Slice(0, more).CopyTo(bytes.AsSpan(length));
                length += more;
                pipe.AdvanceTo(read.Buffer.End);
                if (length > maxBytes)
                {
                    // Keeps the catch block below from returning the array to the pool a second time.
                    ArrayPool<byte>.Shared.Return(bytes);
                    bytes = [];
                    return await RefuseAsync(request, TooLarge(maxBytes), cancellationToken);
                }

                if (read.IsCompleted) return new RequestBody(bytes, length);
                read = await pipe.ReadAsync(cancellationToken);
            }
        }
        catch
        {
            if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    /// <summary>Applies the limit to the unpacked bytes, so that a small gzip bomb cannot fill the memory.</summary>
    private static async ValueTask<RequestBody> ReadGzipAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
        var (bytes, length) = (ArrayPool<byte>.Shared.Rent(Math.Min(16 << 10, maxBytes)), 0);
        BodyRefusal refusal;
        try
        {
            while (length <= maxBytes)
            {
                Reserve(ref bytes, length, length + 1);
                var read = await gzip.ReadAsync(bytes.AsMemory(length), cancellationToken);
                if (read == 0) return new RequestBody(bytes, length);
                length += read;
            }

            refusal = TooLarge(maxBytes);
        }
        catch (InvalidDataException e)
        {
            refusal = new BodyRefusal(
                StatusCodes.Status400BadRequest,
                "The body is damaged",
                $"Content-Encoding: expected a body in gzip, found other bytes: {e.Message}");
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        return await RefuseAsync(request, refusal, cancellationToken);
    }

    private static void Reserve(ref byte[] bytes, int length, int needed)
    {
        if (needed <= bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * bytes.Length));
        bytes.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    private static BodyRefusal TooLarge(int maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The body is too large",
        $"Expected at most {maxBytes} bytes. For more rows, send several requests.");
}

/// <summary>Why a body was refused. As a result it answers with problem details.</summary>
public sealed record BodyRefusal(int Status, string Title, string Detail) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        HttpAnswers.Problem(Status, Title, Detail).ExecuteAsync(httpContext);
}
