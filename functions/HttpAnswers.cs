using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Web.OpenInference;

namespace Serverless.Functions;

/// <summary>Responses that every HTTP function gives in the same way.</summary>
internal static class HttpAnswers
{
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        new BytesAnswer(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json", status);

    public static IResult Bytes(ReadOnlyMemory<byte> json) =>
        new BytesAnswer(json, "application/json", StatusCodes.Status200OK);

    /// <summary>A page that may load nothing from elsewhere.</summary>
    /// <param name="scriptHash">
    /// Of the one script that it may run, which may ask this site alone; null: it runs none.
    /// </param>
    public static IResult Html(ReadOnlyMemory<byte> html, string? scriptHash = null) => new PageAnswer(
        new BytesAnswer(html, "text/html; charset=utf-8", StatusCodes.Status200OK),
        scriptHash is null ? "" : $" script-src '{scriptHash}'; connect-src 'self';");

    /// <summary>For saving, not for showing.</summary>
    /// <param name="name">Without characters that a header cannot have.</param>
    public static IResult File(ReadOnlyMemory<byte> content, string name) =>
        new BytesAnswer(content, "application/octet-stream", StatusCodes.Status200OK, name);

    public static IResult UnknownModel(string model) => Problem(
        StatusCodes.Status404NotFound,
        "Unknown model",
        $"There is no model '{RequestErrorText.Shorten(model)}'. {NameHint(model)}GET /api/models lists those "
        + "there are.");

    public static IResult UnknownVersion(string model, string version) => Problem(
        StatusCodes.Status404NotFound,
        "Unknown version",
        $"Model '{RequestErrorText.Shorten(model)}' has no version '{RequestErrorText.Shorten(version)}'. GET "
        + $"/api/models/{RequestErrorText.Shorten(model)} lists those there are.");

    /// <param name="why">Why the champion cannot be loaded; null where there is none.</param>
    public static IResult NoVersionYet(string model, string? why) => RetryLater(Problem(
        StatusCodes.Status503ServiceUnavailable,
        "No version is live yet",
        why is null
            ? $"Model '{model}' has none that can answer: the first is being trained, or none has passed the gate."
            : $"Model '{model}' has none that can answer: the champion cannot be loaded. {why}"));

    public static IResult Invalid(string title, IReadOnlyList<FieldError> errors) =>
        Problem(StatusCodes.Status400BadRequest, title, errors[0].ToString(), errors);

    private static string NameHint(string model)
    {
        if (BlobPaths.IsModelName(model)) return "";
        var suggestion = BlobPaths.SuggestModelName(model) is { } name ? $": '{name}' perhaps" : "";
        return $"A model's name has {BlobPaths.ModelNameRule}{suggestion}. ";
    }

    /// <summary>An error as the Open Inference Protocol has it.</summary>
    public static IResult ProtocolError(int status, string message) =>
        Json(new InferenceError(message), OpenInferenceJson.Readable.InferenceError, status);

    /// <summary>The same, and that it may go away by itself.</summary>
    public static IResult RetryLater(IResult answer) => new RetryAfterAnswer(answer);

    /// <summary>An answer as RFC 9457 describes it, with the single errors of the body where there are any.</summary>
    public static IResult Problem(int status, string title, string detail, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new Problem("about:blank", title, status, detail, errors);
        var json = JsonSerializer.SerializeToUtf8Bytes(problem, HttpJson.Readable.Problem);
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
            // A page may show what is behind a key, and its address may carry the key.
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
