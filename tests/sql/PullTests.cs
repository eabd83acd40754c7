using System.Security.Cryptography;
using Serverless.Core.Storage;
using Serverless.Core.Training;

namespace Serverless.Sql.Tests;

/// <summary>What a pull reads of a real PostgreSQL, and what lands.</summary>
public sealed class PullTests(PostgresServer postgres)
{
    private const string Watermark = """, "watermark": "id" """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_of_every_type_land_as_canonical_text()
    {
        await using var source = new SourceProduct(await postgres.NewDatabaseAsync());
        await source.DefineAsync("""
            select 32767::smallint as small, -7 as whole, 9007199254740993 as large, 12.50 as money,
              0.1::float8 as double, 1e20::float8 as exponent, 0.5::float4 as single, true as yes,
              date '2026-01-31' as day, timestamp '2026-01-31 10:20:30.123456' as local,
              timestamptz '2026-01-31 10:20:30+02' as moment, time '09:05' as clock,
              interval '30 hours 5 seconds' as span,
              'a,b' as comma, E'say \\\"no\\\"\\nplease' as quotes, '' as empty, null::text as missing,
              'Zürich' as city,
              '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid as key, ' x' as blank, 'plain' as y
            """.ReplaceLineEndings(" "));

        var lines = await source.LandAsync();

        Assert.Equal(
            "small,whole,large,money,double,exponent,single,yes,day,local,moment,clock,span,comma,quotes,empty,missing,"
                + "city,key,blank,y\n"
                + "32767,-7,9007199254740993,12.50,0.1,1E+20,0.5,true,2026-01-31,2026-01-31T10:20:30.123456,"
                + "2026-01-31T08:20:30Z,09:05:00,30:00:05,\"a,b\",\"say \"\"no\"\"\nplease\",\"\",,Zürich,"
                + "0f8fad5b-d9cb-469f-a165-70867728950e,\" x\",plain\n",
            lines);
    }

    [Fact]
    public async Task The_next_pull_reads_only_what_is_above_the_watermark()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(
            database, "create table t as select g as id, g as y from generate_series(1, 3) g");
        await using var source = new SourceProduct(database);
        await source.DefineAsync("select * from t; ", Watermark);

        Assert.Equal("id,y\n1,1\n2,2\n3,3\n", await source.LandAsync());
        await PostgresServer.ExecuteAsync(database, "insert into t values (5, 5), (4, 4), (null, 6)");
        Assert.Equal("id,y\n4,4\n5,5\n", await source.LandAsync());

        var nothing = await source.PullAsync();
        Assert.Equal(PullStatus.NothingNew, nothing.Status);
        Assert.Contains("No row of the query is above 5, the greatest id", nothing.Reason, StringComparison.Ordinal);
        Assert.Equal(
            ["datasets/sales/source/000001.csv.gz", "datasets/sales/source/000002.csv.gz"], await source.FilesAsync());
    }

    [Fact]
    public async Task A_landed_file_is_told_with_its_rows_and_hash()
    {
        await using var source = new SourceProduct(await postgres.NewDatabaseAsync());
        await source.DefineAsync("select g as id, g as y from generate_series(1, 50) g", Watermark);

        var file = (await source.PullAsync()).File!;

        var name = BlobPaths.Dataset(SourceProduct.Model, file.File);
        var (bytes, _) = (await source.Product.Store.ReadAllAsync(name, 1 << 20, Cancelled))!.Value;
        Assert.Equal((50, Convert.ToHexStringLower(SHA256.HashData(bytes))), (file.Rows, file.Sha256));
    }

    [Theory]
    [InlineData("bigint", "9007199254740993", "9007199254740993", "9007199254740994")]
    [InlineData("numeric", "0.10000000000000000001", "0.10000000000000000001", "0.10000000000000000002")]
    [InlineData("date", "2026-01-31", "2026-01-31", "2026-02-01")]
    [InlineData("text", "b'é", "b'é", "c")]
    [InlineData("varchar(9)", "B", "B", "a")]
    [InlineData(
        "timestamp(6)", "2026-01-31 00:00:00.000001", "2026-01-31T00:00:00.0000010", "2026-01-31 00:00:00.000002")]
    [InlineData(
        "timestamptz",
        "2026-01-31 00:00:00.000001+02",
        "2026-01-30T22:00:00.0000010Z",
        "2026-01-31 00:00:00.000002+02")]
    public async Task Watermarks_of_every_type_are_kept_to_the_last_digit(
        string type, string first, string kept, string second)
    {
        var database = await postgres.NewDatabaseAsync();
        var text = first.Replace("'", "''", StringComparison.Ordinal);
        await PostgresServer.ExecuteAsync(
            database, $"create table t (mark {type}, y int); insert into t values ('{text}', 1)");
        await using var source = new SourceProduct(database);
        await source.DefineAsync("select * from t", """, "watermark": "mark" """);

        await source.LandAsync();
        Assert.Contains(
            $"\"value\": \"{kept}\"",
            await source.Product.ReadAsync("monitoring/sales/source.json"),
            StringComparison.Ordinal);
        Assert.Equal(PullStatus.NothingNew, (await source.PullAsync()).Status);
        await PostgresServer.ExecuteAsync(database, $"insert into t values ('{second}', 2)");
        Assert.EndsWith(",2\n", await source.LandAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_younger_than_the_delay_wait_for_a_later_pull()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, """
            create table t as select now() - interval '1 hour' as at, 1 as y union all select now(), 2
            """);
        await using var source = new SourceProduct(database);
        await source.DefineAsync("select y, at from t", """, "watermark": "at", "delaySeconds": 600 """);

        Assert.StartsWith("y,at\n1,", await source.LandAsync(), StringComparison.Ordinal);
        Assert.Contains(
            "older than 600 seconds", (await source.PullAsync()).Reason, StringComparison.Ordinal);
        await source.DefineAsync("select y, at from t", """, "watermark": "at" """);
        Assert.StartsWith("y,at\n2,", await source.LandAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_watermark_all_rows_land_where_any_changed()
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, "create table t as select 1 as x, 2 as y");
        await using var source = new SourceProduct(database);
        await source.DefineAsync("with w as (select x, y from t) select * from w order by x -- all of it");

        Assert.Equal("x,y\n1,2\n", await source.LandAsync());
        Assert.Contains(
            "very rows of source/000001.csv.gz", (await source.PullAsync()).Reason, StringComparison.Ordinal);
        await PostgresServer.ExecuteAsync(database, "insert into t values (3, 4)");
        Assert.Equal("x,y\n1,2\n3,4\n", await source.LandAsync());
    }

    [Fact]
    public async Task A_pulled_file_is_learned_from_like_a_dropped_one()
    {
        await using var source = new SourceProduct(await postgres.NewDatabaseAsync());
        await source.DefineAsync(
            "select g as id, g % 17 as x, 3 * (g % 17) + random() as y from generate_series(1, 400) g", Watermark);
        var file = (await source.PullAsync()).File!.File;

        var run = await source.Product.RunAsync(SourceProduct.Model, file);

        Assert.True(run.Outcome == RunOutcome.Promoted, run.Message);
    }
}
