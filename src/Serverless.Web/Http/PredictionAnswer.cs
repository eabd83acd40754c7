using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Core.Serving;

namespace Serverless.Web.Http;

/// <summary>Sends predictions, then returns their buffer to the pool.</summary>
public sealed class PredictionAnswer(AnswerBuffer answer) : IResult
{
    /// <summary>Smaller answers are not compressed: that would take longer than sending them.</summary>
    public const int MinGzipBytes = 4 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (answer)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json";
            response.Headers.XContentTypeOptions = "nosniff";
            if (answer.Written.Length < MinGzipBytes)
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
        // An entry for gzip takes precedence over the wildcard.
        var best = encodings.FirstOrDefault(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            ?? encodings.FirstOrDefault(e => e.Value.Equals("*", StringComparison.Ordinal));
        return best is not null && best.Quality is null or > 0;
    }
}
