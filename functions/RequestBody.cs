using System.Buffers;
using Microsoft.AspNetCore.Http;
using Serverless.Serving;

namespace Serverless.Functions;

/// <summary>A request's body in memory, never more of it than allowed.</summary>
internal static class RequestBody
{
    /// <returns>The body, or a refusal where it is larger than <paramref name="maximumBytes"/> (nothing past that is read) or encoded.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, IResult? Refusal)> ReadAsync(
        HttpRequest request, int maximumBytes, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity"))
        {
            return (default, HttpAnswers.Problem(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is encoded",
                $"Content-Encoding: expected none, found '{FieldWords.Shorten(encoding)}'."));
        }

        if (request.ContentLength > maximumBytes) return (default, TooLarge(maximumBytes));
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(request.ContentLength ?? 4096, 1) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(), cancellationToken);
            if (read == 0) return (buffer.WrittenMemory, null);
            buffer.Advance(read);
            if (buffer.WrittenCount > maximumBytes) return (default, TooLarge(maximumBytes));
        }
    }

    private static IResult TooLarge(int maximumBytes) => HttpAnswers.Problem(
        StatusCodes.Status413PayloadTooLarge,
        "The body is too large",
        $"Expected at most {maximumBytes} bytes. For more rows, send several requests.");
}
