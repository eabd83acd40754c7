using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Dashboard;

namespace Serverless.Functions;

/// <summary>The page for people.</summary>
public sealed class DashboardFunctions(DashboardService dashboard)
{
    // A route of "" means the function's name; this one matches nothing but the root.
    [Function("dashboard")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "{ignored:maxlength(0)?}")] HttpRequest request,
        CancellationToken cancellationToken) => HttpAnswers.Html(await dashboard.RenderAsync(cancellationToken));
}
