using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting;

/// <summary>Puts each HTTP function on its route.</summary>
internal static class FunctionEndpoints
{
    public static void MapFunctions(this WebApplication app, FunctionIndex index)
    {
        var key = app.Services.GetRequiredService<FunctionKey>();
        var runner = app.Services.GetRequiredService<FunctionRunner>();
        var logger = app.Services.GetRequiredService<ILogger<FunctionRunner>>();
        foreach (var function in index.Functions)
        {
            if (function.Trigger is not HttpTrigger http) continue;
            RequestDelegate handle = context => HandleAsync(context, function, http, key, runner, logger);
            var route = http.Methods.Count == 0
                ? app.Map($"/{http.Template}", handle)
                : app.MapMethods($"/{http.Template}", http.Methods, handle);
            route.WithDisplayName(function.Name);
        }
    }

    private static async Task HandleAsync(
        HttpContext context, FunctionDescriptor function, HttpTrigger http, FunctionKey key, FunctionRunner runner, ILogger logger)
    {
        if (!key.Opens(context.Request, http.Level))
        {
            await FunctionKey.Refusal.ExecuteAsync(context);
            return;
        }

        if (FunctionRunner.Bind(function, RouteValue, out var arguments) is { } error)
        {
            await Results.Problem(statusCode: StatusCodes.Status400BadRequest, detail: error.Message).ExecuteAsync(context);
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
