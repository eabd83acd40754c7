using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>
/// The one broad catch of the HTTP side: what comes out of a request ends here as problem details (RFC 9457).
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
            // Nobody said more than a status: routing where nothing matches, or a function without a body.
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
            }

            return;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            logger.RequestAborted(context.Request.Method, context.Request.Path);
            return;
        }
        catch (BadHttpRequestException e)
        {
            problem = Results.Problem(statusCode: e.StatusCode, detail: e.Message);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // Kestrel says so of a chunk's size, and unlike its other complaints about a body as no
            // BadHttpRequestException.
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
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The store does not answer just now.");
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
                title: "An error of ours.",
                detail: "The host's log has more under this id.",
                extensions: new Dictionary<string, object?> { ["id"] = context.TraceIdentifier });
        }

        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await problem.ExecuteAsync(context);
    }
}
