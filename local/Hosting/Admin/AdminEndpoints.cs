using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Hosting;

/// <summary>The host's own routes, as on Azure: run a function now, and how the host does.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this WebApplication app, FunctionIndex index, HostListeners listeners, Func<HostStatus> status)
    {
        var key = app.Services.GetRequiredService<FunctionKey>();
        var admin = app.MapGroup("/admin").AddEndpointFilter(async (call, next) =>
            key.Opens(call.HttpContext.Request, AuthorizationLevel.Admin) ? await next(call) : FunctionKey.Refusal);

        admin.MapGet("/host/status", () => Results.Json(status(), HostJson.Default.HostStatus));
        admin.MapPost("/functions/{name}", async (string name, HttpContext context) =>
            await RunNowAsync(name, context, index, listeners));
    }

    private static async Task<IResult> RunNowAsync(
        string name, HttpContext context, FunctionIndex index, HostListeners listeners)
    {
        if (index.Find(name) is not { } function)
        {
            var known = string.Join(", ", index.Functions.Select(f => f.Name));
            return Problem(404, $"There is no function '{name}'; there are {known}.");
        }

        if (listeners.Find(function) is not { } listener)
        {
            return Problem(400, $"'{function.Name}' answers requests: call its route, {function.Trigger.Description}.");
        }

        RunNowRequest? request;
        try
        {
            // Whatever the content type says: curl -d calls JSON a form.
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            // An empty body will do for a timer.
            request = body.Length == 0
                ? null
                : JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), HostJson.Default.RunNowRequest);
        }
        catch (JsonException)
        {
            return Problem(400, "body: expected JSON like {\"input\": \"…\"}, or nothing.");
        }

        return await listener.RunNowAsync(request?.Input, context.RequestAborted) is { } refusal
            ? Problem(refusal.Status, refusal.Reason)
            : Results.Json(
                new RunNowAnswer(function.Name), HostJson.Default.RunNowAnswer, statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult Problem(int status, string detail) => Results.Problem(statusCode: status, detail: detail);
}
