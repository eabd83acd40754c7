using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Composition;
using Serverless.Core.Batch;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Azure.Tests;

/// <summary>
/// Files of several parts on a storage account: blocks, ranges and conditions in place of a folder's files.
/// </summary>
public sealed class BatchTests(SharedAzurite azurite)
{
    private const string Model = "lines";
    private const int Rows = 600_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_ends_in_the_middle_is_gone_on_with_to_the_output_of_an_undisturbed_one()
    {
        var connection = await azurite.NewAccountAsync();
        var store = new WatchedStore(SharedAzurite.Open(connection));
        await using var services = Services(store);
        await WriteAsync(store, BlobPaths.Definition(Model), SmallData.Regression);
        await WriteAsync(store, BlobPaths.Dataset(Model, "a.csv"), SmallData.Line(3));
        var trained = await services.RunDroppedAsync($"{Model}/a.csv", Cancelled);
        Assert.Equal(RunOutcome.Promoted, trained!.Outcome);

        await WriteAsync(store, BlobPaths.BatchInput(Model, "whole.csv"), Content());
        await WriteAsync(store, BlobPaths.BatchInput(Model, "killed.csv"), Content());
        var runs = services.GetRequiredService<BatchRunner>();
        Assert.Equal(
            BatchResult.Predicted, (await runs.RunAsync(new BatchRequest(Model, "whole.csv"), Cancelled)).Result);
        store.FailToWrite("/000001");
        await Assert.ThrowsAsync<IOException>(() => runs.RunAsync(new BatchRequest(Model, "killed.csv"), Cancelled));

        await using var other = Services(SharedAzurite.Open(connection));
        var outcome = await other.GetRequiredService<BatchRunner>().RunAsync(
            new BatchRequest(Model, "killed.csv"), Cancelled);
        Assert.Equal(Rows, outcome.Report!.Rows);
        Assert.Equal(await HashAsync(store, "whole.csv"), outcome.Report.Output!.Hash);
        Assert.Empty(await store.ListAsync("batch/parts/", Cancelled).ToListAsync(Cancelled));
    }

    private static async Task<string?> HashAsync(BlobStore store, string file)
    {
        var (bytes, _) = (await store.ReadAllAsync(BlobPaths.BatchReport(Model, file), 1 << 20, Cancelled))!.Value;
        return JsonDocument.Parse(bytes).RootElement.GetProperty("output").GetProperty("hash").GetString();
    }

    private static ServiceProvider Services(BlobStore store) => new ServiceCollection()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
        .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddServerless(_ => store)
        .BuildServiceProvider();

    private static Task<WriteResult> WriteAsync(BlobStore store, string name, string content) =>
        store.WriteAsync(name, Encoding.UTF8.GetBytes(content), WriteCondition.Always, Cancelled);

    private static string Content()
    {
        var csv = new StringBuilder("x,colour\n");
        for (var i = 0; i < Rows; i++) csv.Append(CultureInfo.InvariantCulture, $"{i % 977 / 97.7:0.###},red\n");
        return csv.ToString();
    }
}
