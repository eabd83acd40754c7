using System.Diagnostics;
using Serverless.Benchmarks.Serving;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Benchmarks.Worker;

/// <param name="CpuMicroseconds">Processor time of the worker per request, user and system.</param>
internal sealed record WorkerSecond(LoadResult Load, double CpuMicroseconds);

/// <summary>Measures a worker behind its host under load.</summary>
internal sealed class WorkerUnderLoad(string name, WorkerHost host, string route) : IAsyncDisposable
{
    public string Name => name;

    public async Task<WorkerSecond> LoadAsync(
        string script, int connections, int seconds, CancellationToken cancellationToken)
    {
        var before = ProcessorTime();
        var load = await Wrk.RunAsync(
            script, new Uri(host.Http.BaseAddress!, route), connections, seconds, cancellationToken);
        return new WorkerSecond(load, (ProcessorTime() - before).TotalMicroseconds / load.Requests);
    }

    public async Task<string> AskAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var answer = await host.Http.PostAsync(route, new ByteArrayContent(body), cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private TimeSpan ProcessorTime()
    {
        using var process = Process.GetProcessById(host.WorkerId);
        return process.TotalProcessorTime;
    }
}
