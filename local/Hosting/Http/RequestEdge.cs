using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Http;

/// <summary>
/// The only broad catch for HTTP requests: answers exceptions with problem details (RFC 9457).
/// </summary>
internal sealed class RequestEdge(
    RequestDelegate next, HostSettings settings, FunctionRunner runner, ILogger<RequestEdge> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        IResult problem;
        try
        {
            if (settings.IsLoopback && LoopbackGuard.Refusal(context.Request) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            await next(context);
            // Adds a body to a bare status, from routing without a match or from a function.
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
            }

            return;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
            logger.RequestAborted(context.Request.Method, context.Request.Path);
            return;
        }
        catch (BadHttpRequestException e)
        {
            problem = Results.Problem(statusCode: e.StatusCode, detail: e.Message);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // Kestrel throws this for a chunk size that overflows, BadHttpRequestException for other faults.
            problem = Results.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                detail: "Transfer-Encoding: expected the size of a chunk in at most 7 hexadecimal digits, found a "
                    + "larger one. "
                    + e.Message);
        }
        catch (OperationCanceledException) when (runner.IsAborted)
        {
            problem = Results.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The host is stopping.");
        }
        catch (StoreUnavailableException e)
        {
            logger.RequestFailed(e, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            context.Response.Headers.RetryAfter = $"{StoreGuard.Pause.TotalSeconds:0}";
            problem = Results.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The store is unavailable.");
        }
        catch (TimeoutException e)
        {
            logger.RequestFailed(e, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            problem = Results.Problem(
                statusCode: StatusCodes.Status504GatewayTimeout, detail: "The function took too long.");
        }
        catch (Exception e)
        {
            logger.RequestFailed(e, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            problem = Results.Problem(
                statusCode: StatusCodes.Status500InternalServerError,
                title: "Internal error",
                detail: "The host's log has the details under this id.",
                extensions: new Dictionary<string, object?> { ["id"] = context.TraceIdentifier });
        }

        if (context.Response.HasStarted)
        {
            // Breaks the connection, so that a partial answer does not look complete.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await problem.ExecuteAsync(context);
    }
}
