using Serverless.Core.Storage;

namespace Serverless.Sql.Tests;

/// <summary>Each row lands once, wherever a pull ends and whoever else pulls.</summary>
public sealed class PullOnceTests(PostgresServer postgres)
{
    private const string Query = "select * from t";
    private const string Watermark = """, "watermark": "id" """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_whose_pull_ended_before_its_state_was_saved_counts()
    {
        var database = await NewTableAsync();
        await using var killed = new SourceProduct(database);
        await killed.DefineAsync(Query, Watermark);
        killed.Product.Store.FailToWrite("/source.json");
        await Assert.ThrowsAsync<IOException>(killed.PullAsync);
        await PostgresServer.ExecuteAsync(database, "insert into t values (4, 4)");

        await using var next = new SourceProduct(database, folder: killed.Product.Folder);

        Assert.Equal("id,y\n4,4\n", await next.LandAsync());
        Assert.Equal("id,y\n1,1\n2,2\n3,3\n", await next.ReadAsync("source/000001.csv.gz"));
    }

    [Fact]
    public async Task A_pull_that_ended_before_its_file_was_written_is_done_anew()
    {
        var database = await NewTableAsync();
        await using var killed = new SourceProduct(database);
        await killed.DefineAsync(Query, Watermark);
        killed.Product.Store.FailToWrite(".csv.gz");
        await Assert.ThrowsAsync<IOException>(killed.PullAsync);
        await PostgresServer.ExecuteAsync(database, "insert into t values (4, 4)");

        await using var next = new SourceProduct(database, folder: killed.Product.Folder);

        Assert.Equal("id,y\n1,1\n2,2\n3,3\n4,4\n", await next.LandAsync());
        Assert.Single(await next.FilesAsync());
    }

    [Fact]
    public async Task A_lost_state_is_read_from_the_files()
    {
        var database = await NewTableAsync();
        await using var source = new SourceProduct(database);
        await source.DefineAsync(Query, Watermark);
        await source.LandAsync();
        await PostgresServer.ExecuteAsync(database, "insert into t values (4, 4)");
        await source.LandAsync();
        await source.Product.Store.DeleteAsync("monitoring/sales/source.json", Cancelled);

        Assert.Equal(PullStatus.NothingNew, (await source.PullAsync()).Status);
    }

    [Fact]
    public async Task Files_that_people_deleted_are_not_pulled_again()
    {
        await using var source = new SourceProduct(await NewTableAsync());
        await source.DefineAsync(Query, Watermark);
        await source.LandAsync();
        await source.Product.Store.DeleteAsync("datasets/sales/source/000001.csv.gz", Cancelled);

        Assert.Equal(PullStatus.NothingNew, (await source.PullAsync()).Status);
    }

    [Fact]
    public async Task A_pull_beside_another_waits_for_it()
    {
        await using var source = new SourceProduct(await NewTableAsync());
        await source.DefineAsync(Query, Watermark);
        await using (var _ = await source.Product.Store.TryAcquireLeaseAsync(
            BlobPaths.SourceLease(SourceProduct.Model), Cancelled))
        {
            Assert.Equal(PullStatus.InProgress, (await source.PullAsync()).Status);
        }

        Assert.Equal("id,y\n1,1\n2,2\n3,3\n", await source.LandAsync());
    }

    /// <summary>A lease is lost when its holder hangs: both hosts then pull, and one file of a number can be.</summary>
    [Fact]
    public async Task A_file_that_another_host_landed_meanwhile_stays()
    {
        var database = await NewTableAsync();
        await using var slow = new SourceProduct(database);
        await slow.DefineAsync(Query, Watermark);
        slow.Product.Store.Writing = async name =>
        {
            if (!name.EndsWith(".csv.gz", StringComparison.Ordinal)) return;
            slow.Product.Store.Writing = null;
            await using var quick = new SourceProduct(database);
            await quick.DefineAsync(Query, Watermark);
            await quick.LandAsync();
            foreach (var file in (string[])["datasets", ".store/meta/datasets"])
            {
                CopyFolder(Path.Combine(quick.Product.Folder, file), Path.Combine(slow.Product.Folder, file));
            }
        };

        Assert.Equal(PullStatus.InProgress, (await slow.PullAsync()).Status);
        Assert.Equal(PullStatus.NothingNew, (await slow.PullAsync()).Status);
        Assert.Single(await slow.FilesAsync());
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }
    }

    private async Task<string> NewTableAsync()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(
            database, "create table t as select g as id, g as y from generate_series(1, 3) g");
        return database;
    }
}
