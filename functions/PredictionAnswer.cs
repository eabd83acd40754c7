using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Core.Serving;

namespace Serverless.Functions;

/// <summary>Sends predictions and gives their memory back.</summary>
internal sealed class PredictionAnswer(AnswerBuffer answer) : IResult
{
    /// <summary>Below this, packing costs more than sending.</summary>
    public const int SmallestPacked = 4 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (answer)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json";
            response.Headers.XContentTypeOptions = "nosniff";
            if (answer.Written.Length < SmallestPacked)
            {
                response.ContentLength = answer.Written.Length;
                await response.BodyWriter.WriteAsync(answer.Written, httpContext.RequestAborted);
                return;
            }

            response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (TakesGzip(httpContext.Request))
            {
                response.Headers.ContentEncoding = "gzip";
                await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
                await gzip.WriteAsync(answer.Written, httpContext.RequestAborted);
            }
            else
            {
                response.ContentLength = answer.Written.Length;
                await response.BodyWriter.WriteAsync(answer.Written, httpContext.RequestAborted);
            }
        }
    }

    private static bool TakesGzip(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var encodings)) return false;
        // What names gzip itself goes before what names any.
        var best = encodings.FirstOrDefault(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            ?? encodings.FirstOrDefault(e => e.Value.Equals("*", StringComparison.Ordinal));
        return best is not null && best.Quality is null or > 0;
    }
}
