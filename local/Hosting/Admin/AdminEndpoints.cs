using System.Text.Json;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Http;

namespace Serverless.Local.Hosting.Admin;

/// <summary>Azure's admin routes: run a function now, and the status of the host.</summary>
internal static class AdminEndpoints
{
    public static IEnumerable<Endpoint> Create(
        FunctionIndex index, FunctionKey key, HostListeners listeners, Func<HostStatus> status)
    {
        yield return FunctionEndpoints.Create(
            "host status",
            RoutePatternFactory.Parse("admin/host/status"),
            ["GET"],
            Guarded(_ => Task.FromResult(Results.Json(status(), HostJson.Default.HostStatus))));
        yield return FunctionEndpoints.Create(
            "run now",
            RoutePatternFactory.Parse("admin/functions/{name}"),
            ["POST"],
            Guarded(context => RunNowAsync((string)context.Request.RouteValues["name"]!, context, index, listeners)));

        RequestDelegate Guarded(Func<HttpContext, Task<IResult>> answer) => async context =>
        {
            var result = key.Opens(context.Request, AuthorizationLevel.Admin)
                ? await answer(context)
                : FunctionKey.Refusal;
            await result.ExecuteAsync(context);
        };
    }

    private static async Task<IResult> RunNowAsync(
        string name, HttpContext context, FunctionIndex index, HostListeners listeners)
    {
        if (index.Find(name) is not { } function)
        {
            var known = string.Join(", ", index.Functions.Select(f => f.Name));
            return Problem(404, $"There is no function '{name}'; expected one of {known}.");
        }

        if (listeners.Find(function) is not { } listener)
        {
            return Problem(400, $"'{function.Name}' answers requests: call its route, {function.Trigger.Description}.");
        }

        RunNowRequest? request;
        try
        {
            // Ignores the content type: curl -d sends JSON as a form.
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            // A timer needs no body.
            request = body.Length == 0
                ? null
                : JsonSerializer.Deserialize(
                    body.GetBuffer().AsSpan(0, (int)body.Length), HostJson.Default.RunNowRequest);
        }
        catch (JsonException)
        {
            return Problem(400, "body: expected JSON like {\"input\": \"…\"}, or nothing.");
        }

        return await listener.RunNowAsync(request?.Input, context.RequestAborted) is { } refusal
            ? Problem(refusal.Status, refusal.Reason)
            : Results.Json(
                new RunNowAnswer(function.Name),
                HostJson.Default.RunNowAnswer,
                statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult Problem(int status, string detail) => Results.Problem(statusCode: status, detail: detail);
}
