using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Core.Serving;

namespace Serverless.Web.Http;

/// <summary>A request's body as a stream, for files that do not fit into memory.</summary>
public sealed class FileBody : IAsyncDisposable
{
    private const string DigestHeader = "Repr-Digest";

    private readonly GZipStream? _gzip;

    private FileBody(Stream content, string? hash) =>
        (Content, _gzip, Hash) = (content, content as GZipStream, hash);

    private FileBody(BodyRefusal refusal) => (Content, Refusal) = (Stream.Null, refusal);

    /// <summary>The file, unpacked where the request has Content-Encoding gzip.</summary>
    public Stream Content { get; }

    /// <summary>SHA-256 that the file must have, lower-case hex, by Repr-Digest (RFC 9530); null without one.</summary>
    public string? Hash { get; }

    /// <summary>Set if the body is longer than allowed, is encoded otherwise, or has no digest that is known.</summary>
    public BodyRefusal? Refusal { get; }

    /// <summary>Opens a body, before any of it is read, and lifts the server's limit of it.</summary>
    /// <param name="maxBytes">Of the file, packed and unpacked; who reads it holds the latter.</param>
    public static FileBody Open(HttpRequest request, long maxBytes)
    {
        // The limit of other bodies is too low for files. The server holds this one, too, for what is thrown away.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server
            && server.MaxRequestBodySize < maxBytes)
        {
            server.MaxRequestBodySize = maxBytes;
        }

        if (request.ContentLength > maxBytes) return new FileBody(TooLarge(maxBytes));
        if (!TryReadDigest(request, out var hash, out var refusal)) return new FileBody(refusal!);
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.ToLowerInvariant() switch
        {
            "" or "identity" => new FileBody(request.Body, hash),
            "gzip" or "x-gzip" => new FileBody(
                new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true), hash),
            _ => new FileBody(RequestBody.Encoded(encoding)),
        };
    }

    /// <summary>
    /// Refuses a form's body without a line end: <c>curl -d @file</c> leaves them out, and sends the rest as a form.
    /// Looks at the first bytes without consuming them.
    /// </summary>
    /// <param name="file">Its name: JSON needs no line ends.</param>
    public static async ValueTask<BodyRefusal?> RefuseStrippedAsync(
        HttpRequest request, string file, CancellationToken cancellationToken)
    {
        const int looksAt = 64 << 10;
        var isForm = request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true;
        if (!isForm || file.Contains(".json", StringComparison.OrdinalIgnoreCase)) return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var isLine = read.Buffer.PositionOf((byte)'\n') is not null
                || read.Buffer.PositionOf((byte)'\r') is not null;
            var isEnough = isLine || read.IsCompleted || read.Buffer.Length >= looksAt;
            request.BodyReader.AdvanceTo(read.Buffer.Start, isEnough ? read.Buffer.Start : read.Buffer.End);
            if (isLine || (isEnough && read.Buffer.IsEmpty)) return null;
            if (isEnough) return Stripped;
        }
    }

    private const string FormType = "application/x-www-form-urlencoded";

    private static BodyRefusal Stripped { get; } = new(
        StatusCodes.Status415UnsupportedMediaType,
        "The file has lost its line ends",
        $"Expected the bytes of a file, found {FormType} without a line end, as curl -d sends it; use --data-binary "
        + "@file or --upload-file.");

    public static BodyRefusal TooLarge(long maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        "The file is too large",
        $"Expected at most {maxBytes.ToString(CultureInfo.InvariantCulture)} bytes, as MaxUploadMegabytes says, found "
        + "more. Pack the file, send it in parts, or drop it into the store.");

    /// <summary>Answers once the body was read to its end and thrown away: see <see cref="RequestBody"/>.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpRequest request, IResult answer, CancellationToken cancellationToken)
    {
        await RequestBody.DiscardAsync(request, cancellationToken);
        return answer;
    }

    public ValueTask DisposeAsync() => _gzip?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static bool TryReadDigest(HttpRequest request, out string? hash, out BodyRefusal? refusal)
    {
        (hash, refusal) = (null, null);
        var header = request.Headers[DigestHeader].ToString();
        if (header.Length == 0) return true;
        const string start = "sha-256=:";
        var bytes = new byte[32];
        foreach (var digest in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!digest.StartsWith(start, StringComparison.OrdinalIgnoreCase) || digest[^1] != ':') continue;
            if (!Convert.TryFromBase64String(digest[start.Length..^1], bytes, out var length) || length != 32) continue;
            hash = Convert.ToHexStringLower(bytes);
            return true;
        }

        refusal = new BodyRefusal(
            StatusCodes.Status400BadRequest,
            "The digest is unknown",
            $"{DigestHeader}: expected sha-256=:<base64>:, found '{RequestErrorText.Shorten(header)}'.");
        return false;
    }
}
