using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Http;

public sealed class HttpFunctions(Probe probe)
{
    [Function("Versions")]
    public IResult Versions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "put", Route = "models/{model}/versions/{version}")]
        HttpRequest request,
        string model,
        int version) => Results.Text($"{request.Method} {model} {version}");

    [Function("Rows")]
    public static Task<IResult> Rows(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "rows/{id?}")] HttpRequest request, long? id) =>
        Task.FromResult(Results.Text($"{request.Method} {id?.ToString() ?? "all"}"));

    [Function("NoRoute")]
    public IResult NoRoute([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Results.Text(request.Path);

    [Function("Keyed")]
    public IResult Keyed([HttpTrigger(AuthorizationLevel.Function, "get", Route = "keyed")] HttpRequest request) =>
        Results.Text(request.Method);

    [Function("Open")]
    public async Task<IResult> Open(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "open")] HttpRequest request,
        CancellationToken stop)
    {
        await probe.CallAsync("open", stop);
        return Results.Text(request.Method);
    }

    [Function("Throws")]
    public IResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws")] HttpRequest request) =>
        throw new InvalidOperationException($"the secret inside {request.Path}");

    [Function("Length")]
    public async Task<IResult> Length(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return Results.Text($"{body.Length}");
    }

    [Function("Waits")]
    public async Task<IResult> Waits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "waits")] HttpRequest request, CancellationToken stop)
    {
        await probe.CallAsync("waits", stop);
        return Results.Text(request.Method);
    }
}
