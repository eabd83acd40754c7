using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions;

/// <summary>A request's body in memory, never more of it than allowed.</summary>
internal static class RequestBody
{
    /// <returns>Null where it is larger than <paramref name="maximumBytes"/>: nothing past that is read.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(
        HttpRequest request, int maximumBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maximumBytes) return null;
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(request.ContentLength ?? 4096, 1) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(), cancellationToken);
            if (read == 0) return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > maximumBytes) return null;
        }
    }

    public static IResult TooLarge(int maximumBytes) => HttpAnswers.Problem(
        StatusCodes.Status413PayloadTooLarge,
        "The body is too large",
        $"Expected at most {maximumBytes} bytes. For more rows, send several requests.");
}
