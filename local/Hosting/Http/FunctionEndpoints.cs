using System.Diagnostics;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using Serverless.Local.Hosting.Functions;
using Serverless.Web.Http;

namespace Serverless.Local.Hosting.Http;

/// <summary>Creates the endpoint of each HTTP function.</summary>
internal static class FunctionEndpoints
{
    public static IEnumerable<Endpoint> Create(FunctionIndex index, IServiceProvider services)
    {
        var key = services.GetRequiredService<FunctionKey>();
        var runner = services.GetRequiredService<FunctionRunner>();
        var logger = services.GetRequiredService<ILogger<FunctionRunner>>();
        foreach (var function in index.Functions)
        {
            if (function.Trigger is not HttpTrigger http) continue;
            yield return Create(
                function.Name,
                http.Pattern,
                http.Methods,
                context => HandleAsync(context, function, http, key, runner, logger));
        }
    }

    /// <summary>
    /// Creates an endpoint without MapMethods and the like, which inspect the delegate's attributes and load the
    /// machinery for delegates with parameters.
    /// </summary>
    /// <param name="methods">In upper case; empty allows any.</param>
    internal static RouteEndpoint Create(
        string name, RoutePattern pattern, IReadOnlyList<string> methods, RequestDelegate handle) =>
        new(
            handle,
            pattern,
            order: 0,
            methods.Count == 0 ? EndpointMetadataCollection.Empty : new(new HttpMethodMetadata(methods)),
            name);

    private static async Task HandleAsync(
        HttpContext context,
        FunctionDescriptor function,
        HttpTrigger http,
        FunctionKey key,
        FunctionRunner runner,
        ILogger logger)
    {
        if (!key.Opens(context.Request, http.Level))
        {
            await FunctionKey.Refusal.ExecuteAsync(context);
            return;
        }

        if (QueryRules.Refuse(function.Name, context.Request) is { } unknown)
        {
            await unknown.ExecuteAsync(context);
            return;
        }

        if (FunctionRunner.Bind(function, RouteValue, out var arguments) is { } error)
        {
            await Results.Problem(
                statusCode: StatusCodes.Status400BadRequest, detail: error.Message).ExecuteAsync(context);
            return;
        }

        var started = logger.IsEnabled(LogLevel.Debug) ? Stopwatch.GetTimestamp() : 0;
        var answer = await runner.RunAsync(function, context.Request, arguments, context.RequestAborted);
        if (answer is not null) await answer.ExecuteAsync(context);
        if (started != 0) logger.Answered(function.Name, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);

        string? RouteValue(string name) =>
            context.Request.RouteValues.GetValueOrDefault(name)?.ToString() is { Length: > 0 } value ? value : null;
    }
}
