using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Http;

public sealed class Disposed : IAsyncDisposable
{
    private readonly Probe _probe;

    public Disposed(Probe probe)
    {
        _probe = probe;
        _ = probe.CallAsync("made", default);
    }

    [Function("Disposed")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        _ = _probe.CallAsync("ran", request.HttpContext.RequestAborted);
        return Results.Ok();
    }

    public async ValueTask DisposeAsync() => await _probe.CallAsync("disposed", default);
}
