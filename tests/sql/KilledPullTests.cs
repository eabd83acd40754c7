using System.Globalization;
using System.IO.Compression;
using Npgsql;
using Serverless.Learning.Numerics;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Sql.Tests;

/// <summary>A host that is killed while it pulls rows that keep coming.</summary>
public sealed class KilledPullTests(PostgresServer postgres)
{
    private const int Kills = 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_row_lands_once_over_ten_kills_while_rows_keep_coming()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, """
            create table t (id bigserial primary key, x float8 default random(), y boolean default random() < 0.5)
            """);
        using var store = new TestStore();
        store.Write("models/sales/model.json", """
            {
              "label": "y", "training": {"trainers": ["linear"], "trials": 1},
              "source": {"kind": "postgres", "connection": "Warehouse", "query": "select * from t", "watermark": "id"}
            }
            """);
        var settings = new Dictionary<string, string> { ["Warehouse"] = $"{database};Application Name=puller" };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var writing = WriteRowsAsync(database, end.Token);

        var random = new SplitMix64(1);
        var whilePulling = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var host = await HostProcess.StartAsync(store.Root, settings, "--empty");
            var answered = new TaskCompletionSource();
            var pulling = PullUntilKilledAsync(host, answered);
            // Every second kill comes after a pull has ended, the others hit the first one or come before it.
            if (kill % 2 == 1) await answered.Task;
            await Task.Delay(random.NextInt32(1000), Cancelled);
            if (await IsPullingAsync(database)) whilePulling++;
            await host.KillAsync();
            await pulling;
        }

        await end.CancelAsync();
        await writing;
        await using (var last = await HostProcess.StartAsync(store.Root, settings, "--empty"))
        {
            string? status;
            do
            {
                var answer = await last.SendAsync(HttpMethod.Post, "/api/models/sales/source/pull", "");
                status = answer.GetProperty("status").GetString();
            }
            while (status == "landed");

            Assert.Equal("nothingNew", status);
            await last.KillAsync();
        }

        var files = Directory.GetFiles(store.PathOf("datasets/sales/source"), "*.csv.gz");
        var landed = files.SelectMany(Ids).Order().ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{landed.Count} rows in {files.Length} files, {Kills} kills, {whilePulling} of them while rows were read");
        Assert.True(whilePulling > 0, "No kill came while rows were read.");
        Assert.True(files.Length >= Kills / 2, "Hardly a pull ended.");
        Assert.Equal(await PostgresServer.CountAsync(database, "select count(*) from t"), landed.Count);
        Assert.Equal(landed.Distinct(), landed);
    }

    /// <summary>One writer: rows become visible in the order of their ids.</summary>
    private static async Task WriteRowsAsync(string database, CancellationToken end)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            "insert into t (x) select random() from generate_series(1, 400)", connection);
        while (!end.IsCancellationRequested)
        {
            await command.ExecuteNonQueryAsync(Cancelled);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task PullUntilKilledAsync(HostProcess host, TaskCompletionSource answered)
    {
        try
        {
            while (true)
            {
                using var answer = await host.Http.PostAsync("/api/models/sales/source/pull", content: null, Cancelled);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
                answered.TrySetResult();
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Killed.
        }
        finally
        {
            answered.TrySetResult();
        }
    }

    private static async Task<bool> IsPullingAsync(string database) => 0 < await PostgresServer.CountAsync(
        database, "select count(*) from pg_stat_activity where application_name = 'puller' and state <> 'idle'");

    private static IEnumerable<long> Ids(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        Assert.Equal("id,x,y", reader.ReadLine());
        while (reader.ReadLine() is { } line) yield return long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture);
    }
}
