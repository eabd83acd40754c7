using System.Diagnostics;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Sql.Tests;

/// <summary>A large table, through the product in a process of its own.</summary>
public sealed class LargePullTests(PostgresServer postgres)
{
    private const int Rows = 3_000_000;

    [Fact]
    public async Task Three_million_rows_are_pulled_in_300_MB()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, $"""
            create table t as
            select g as id, timestamptz '2026-01-01' + g * interval '1 second' as at, random() as x, g % 97 as k,
              'customer ' || g % 1000 as name, g % 2 = 0 as y
            from generate_series(1, {Rows}) g
            """);
        using var store = new TestStore();
        store.Write("models/sales/model.json", """
            {
              "label": "y",
              "source": {"kind": "postgres", "connection": "Warehouse", "query": "select * from t", "watermark": "id"}
            }
            """);
        var settings = new Dictionary<string, string> { ["Warehouse"] = database };
        await using var host = await HostProcess.StartAsync(store.Root, settings, "--empty");
        var before = host.PeakMemoryBytes;
        var clock = Stopwatch.StartNew();

        var answer = await host.SendAsync(HttpMethod.Post, "/api/models/sales/source/pull", "");

        // At once: the file is about to be learned from.
        var peak = host.PeakMemoryBytes;
        var file = new FileInfo(store.PathOf($"datasets/sales/{answer.GetProperty("file").GetString()}"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Rows} rows, {file.Length >> 20} MB packed, {clock.Elapsed.TotalSeconds:F1} s, peak memory "
            + $"{before >> 20} → {peak >> 20} MB");
        await host.KillAsync();
        Assert.Equal(Rows, answer.GetProperty("rows").GetInt32());
        Assert.InRange(peak, 0, 300L << 20);
    }
}
