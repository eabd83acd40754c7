using Microsoft.AspNetCore.Http;
using Serverless.Core.Serving;

namespace Serverless.Web.Http;

/// <summary>
/// The query parameters of every route but the dashboard's pages. A misspelt one would be ignored silently, so others
/// are refused before the function runs.
/// </summary>
public static class QueryRules
{
    /// <summary>Part of any request: the Functions host reads its key, and the name of the key, from them.</summary>
    private static readonly string[] _ofAll = ["code", "clientId"];

    /// <summary>By name of the function, which is the operationId of the OpenAPI document.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["predict"] = ["explain"],
        ["feedback"] = [],
        ["delete-model"] = ["data"],
        ["delete-version"] = [],
        ["list-models"] = [],
        ["get-model"] = [],
        ["get-version"] = [],
        ["get-report"] = [],
        ["get-onnx"] = [],
        ["rebuild-version"] = [],
        ["set-alias"] = [],
        ["request-retrain"] = [],
        ["upload-dataset"] = ["overwrite"],
        ["pull-source"] = [],
        ["get-drift"] = [],
        ["v2-server"] = [],
        ["v2-live"] = [],
        ["v2-ready"] = [],
        ["v2-model"] = [],
        ["v2-model-ready"] = [],
        ["v2-infer"] = [],
        ["v2-version"] = [],
        ["v2-version-ready"] = [],
        ["v2-version-infer"] = [],
        ["openapi"] = ["model"],
    };

    /// <summary>A 400 that names the parameter and those allowed; null if the function may run.</summary>
    /// <param name="function">Name of the function; one that <see cref="Allowed"/> lacks takes any parameter.</param>
    public static IResult? Refuse(string function, HttpRequest request)
    {
        // Nearly all requests end here.
        if (!request.QueryString.HasValue || !Allowed.TryGetValue(function, out var allowed)) return null;
        foreach (var name in request.Query.Keys)
        {
            if (!IsIn(allowed, name) && !IsIn(_ofAll, name)) return new Refusal(function, name, allowed);
        }

        return null;
    }

    // Requests are bound without regard to case.
    private static bool IsIn(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private sealed class Refusal(string function, string name, string[] allowed) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await RequestBody.DiscardAsync(httpContext.Request, httpContext.RequestAborted);
            const string title = "Unknown query parameter";
            var expected = allowed.Length == 0 ? "no query parameter" : $"only {string.Join(" and ", allowed)}";
            var detail = $"Expected {expected}, besides code and clientId; found '{RequestErrorText.Shorten(name)}'.";
            var answer = function.StartsWith("v2-", StringComparison.Ordinal)
                ? HttpAnswers.ProtocolError(StatusCodes.Status400BadRequest, $"{title}. {detail}")
                : HttpAnswers.Problem(StatusCodes.Status400BadRequest, title, detail);
            await answer.ExecuteAsync(httpContext);
        }
    }
}
