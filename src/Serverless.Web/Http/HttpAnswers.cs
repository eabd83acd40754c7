using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Web.OpenInference;

namespace Serverless.Web.Http;

/// <summary>Builds the responses that all HTTP functions share.</summary>
public static class HttpAnswers
{
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        new BytesAnswer(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json", status);

    public static IResult Bytes(ReadOnlyMemory<byte> json) =>
        new BytesAnswer(json, "application/json", StatusCodes.Status200OK);

    /// <summary>A page whose Content-Security-Policy lets it load nothing from other sites.</summary>
    /// <param name="scriptHash">
    /// Hash of the only script that may run; it may send requests to this site only. Null allows no script.
    /// </param>
    public static IResult Html(ReadOnlyMemory<byte> html, string? scriptHash = null) => new PageAnswer(
        new BytesAnswer(html, "text/html; charset=utf-8", StatusCodes.Status200OK),
        scriptHash is null ? "" : $" script-src '{scriptHash}'; connect-src 'self';");

    /// <summary>A download, which a browser saves instead of showing it.</summary>
    /// <param name="name">File name, of characters that a header allows.</param>
    public static IResult File(ReadOnlyMemory<byte> content, string name) =>
        new BytesAnswer(content, "application/octet-stream", StatusCodes.Status200OK, name);

    public static IResult UnknownModel(string model) => Problem(
        StatusCodes.Status404NotFound,
        "Unknown model",
        $"There is no model '{RequestErrorText.Shorten(model)}'. {NameHint(model)}GET /api/models lists all "
        + "models.");

    public static IResult UnknownVersion(string model, string version) => Problem(
        StatusCodes.Status404NotFound,
        "Unknown version",
        $"Model '{RequestErrorText.Shorten(model)}' has no version '{RequestErrorText.Shorten(version)}'. GET "
        + $"/api/models/{RequestErrorText.Shorten(model)} lists its versions.");

    /// <param name="why">Why the champion cannot be loaded; null if there is no champion.</param>
    public static IResult NoVersionYet(string model, string? why) => RetryLater(Problem(
        StatusCodes.Status503ServiceUnavailable,
        "No version is live yet",
        why is null
            ? $"Model '{model}' has no version that can answer: the first is being trained, or none passed the gate."
            : $"Model '{model}' has no version that can answer: the champion cannot be loaded. {why}"));

    public static IResult Invalid(string title, IReadOnlyList<FieldError> errors) =>
        Problem(StatusCodes.Status400BadRequest, title, errors[0].ToString(), errors);

    private static string NameHint(string model)
    {
        if (BlobPaths.IsModelName(model)) return "";
        var suggestion = BlobPaths.SuggestModelName(model) is { } name ? $"; try '{name}'" : "";
        return $"A model name has {BlobPaths.ModelNameRule}{suggestion}. ";
    }

    /// <summary>An error in the format of the Open Inference Protocol.</summary>
    public static IResult ProtocolError(int status, string message) =>
        Json(new InferenceError(message), OpenInferenceJson.Readable.InferenceError, status);

    /// <summary>Adds a Retry-After header, for an error that may pass without a change to the request.</summary>
    public static IResult RetryLater(IResult answer) => new RetryAfterAnswer(answer);

    /// <summary>Problem details (RFC 9457).</summary>
    /// <param name="errors">The errors in the fields of the body, if any.</param>
    public static IResult Problem(int status, string title, string detail, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new Problem("about:blank", title, status, detail, errors);
        var json = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Readable.Problem);
        return new BytesAnswer(json, "application/problem+json", status);
    }

    private sealed class BytesAnswer(
        ReadOnlyMemory<byte> body,
        string contentType,
        int status,
        string? fileName = null) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = contentType;
            httpContext.Response.ContentLength = body.Length;
            httpContext.Response.Headers.XContentTypeOptions = "nosniff";
            if (fileName is not null)
            {
                httpContext.Response.Headers.ContentDisposition = $"attachment; filename={fileName}";
            }

            await httpContext.Response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
        }
    }

    private sealed class PageAnswer(IResult inner, string mayRun) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.ContentSecurityPolicy =
                $"default-src 'none'; style-src 'unsafe-inline'; img-src data:;{mayRun} base-uri 'none'; form-action "
                + "'none'; frame-ancestors 'none'";
            // The page may show data that needs a key, and its address may contain the key.
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            return inner.ExecuteAsync(httpContext);
        }
    }

    private sealed class RetryAfterAnswer(IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "5";
            return inner.ExecuteAsync(httpContext);
        }
    }
}
