using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Web.Dashboard;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Serves the dashboard's pages.</summary>
public sealed class DashboardFunctions(DashboardService dashboard)
{
    // An empty route would mean the function's name; this one matches only the root.
    [Function("dashboard")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "{ignored:maxlength(0)?}")] HttpRequest request,
        CancellationToken cancellationToken) => Page(await dashboard.OverviewAsync(cancellationToken));

    [Function("dashboard-model")]
    public async Task<IResult> GetModelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) =>
        await dashboard.ModelAsync(model, cancellationToken) is { } page ? Page(page) : HttpAnswers.UnknownModel(model);

    /// <summary>
    /// Needs no key, because a browser cannot send one before it has a page with a field for it. The page contains
    /// nothing else.
    /// </summary>
    [Function("dashboard-sign-in")]
    public IResult SignIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sign-in")] HttpRequest request) =>
            Page(DashboardService.SignIn());

    private static IResult Page(ReadOnlyMemory<byte> html) => HttpAnswers.Html(html, DashboardService.ScriptHash);
}
