using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Benchmarks.Learning;
using Serverless.Benchmarks.Serving;
using Serverless.Core.Batch;
using Serverless.Core.Composition;
using Serverless.Core.Storage;

namespace Serverless.Benchmarks.Batch;

/// <summary>Measurements of one file.</summary>
/// <param name="Cpu">Processor time in seconds.</param>
internal sealed record BatchTimes(long Rows, double Seconds, double Cpu, double PeakMegabytes);

/// <summary>Predicts files of a store through the service that the function calls, in a process of its own.</summary>
internal static class BatchFile
{
    /// <param name="warmUp">File to predict first, as the peer does: a running app has compiled its code.</param>
    public static async Task<int> RunAsync(
        string store, string warmUp, string file, TextWriter output, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddServerless(_ => new FolderBlobStore(store, TimeProvider.System))
            .BuildServiceProvider();
        var runs = services.GetRequiredService<BatchRunner>();
        await runs.RunAsync(new BatchRequest(ServingModel.Name, warmUp), cancellationToken);

        var (started, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var outcome = await runs.RunAsync(new BatchRequest(ServingModel.Name, file), cancellationToken);
        if (outcome.Result != BatchResult.Predicted) throw new InvalidOperationException(outcome.Message);
        var times = new BatchTimes(
            outcome.Report!.Rows,
            TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            FileToModel.PeakMegabytes());
        await output.WriteLineAsync(JsonSerializer.Serialize(times, JsonSerializerOptions.Web));
        return 0;
    }
}
