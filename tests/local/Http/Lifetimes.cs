using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Http;

/// <summary>A service that counts how many there are of it, and have been disposed of.</summary>
public sealed class Counted<T> : IDisposable
{
    private static int _made;

    public int Number { get; } = Interlocked.Increment(ref _made);

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

public sealed class PerRun(Counted<PerRun> own, Counted<PerHost> shared, List<Counted<PerRun>> seen)
{
    [Function("PerRun")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        seen.Add(own);
        return Results.Text($"{request.Method} {own.Number} {shared.Number} {own.IsDisposed}");
    }
}

public sealed class PerHost(Counted<PerHost> shared)
{
    [Function("PerHost")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Results.Text($"{request.Method} {shared.Number}");
}
