using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Web.Dashboard;

namespace Serverless.Functions;

/// <summary>The pages for people.</summary>
public sealed class DashboardFunctions(DashboardService dashboard)
{
    // A route of "" means the function's name; this one matches nothing but the root.
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
    /// For everyone, because a browser cannot send a key before there is a page to send it from. It shows nothing but a
    /// field for the key.
    /// </summary>
    [Function("dashboard-sign-in")]
    public IResult SignIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sign-in")] HttpRequest request) =>
            Page(DashboardService.SignIn());

    private static IResult Page(ReadOnlyMemory<byte> html) => HttpAnswers.Html(html, DashboardService.ScriptHash);
}
