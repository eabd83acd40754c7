using Serverless.Core.Alerting;

namespace Serverless.Sql.Tests;

/// <summary>What stands in a pull's way is told by an alert, with what to do and without a secret.</summary>
public sealed class PullFailureTests(PostgresServer postgres)
{
    private const string Watermark = """, "watermark": "id" """;

    [Theory]
    [InlineData("select 1 as x", "", "expected the label 'y' among the columns, found 'x'")]
    [InlineData("select 1 as y", Watermark, "source.watermark: expected one of the query's columns 'y', found 'id'")]
    [InlineData("select 0.5::float8 as id, 1 as y", Watermark, "found double precision")]
    [InlineData("select 1 as y, 2 as x, 3 as x", "", "found 'x' more than once")]
    [InlineData("select 1 as y, '\\\\x01'::bytea as photo", "", "column 'photo': expected numbers, texts")]
    [InlineData("select 1 as y, array[1] as list", "", "column 'list': expected numbers, texts")]
    [InlineData("select y from missing", "", "relation \"missing\" does not exist")]
    [InlineData("select 1 as y, 2 as id) as t; drop table t; select * from (select 1", Watermark, "refused the query")]
    [InlineData("with gone as (delete from t returning y) select y from gone", "", "read-only transaction")]
    [InlineData("select 1 as id, 1 as y", """, "watermark": "id", "delaySeconds": 5 """, "is no time but integer")]
    [InlineData("select 2 as y, 1e40::numeric as big", "", "Row 1, column 'big': expected a value of numeric")]
    public async Task A_query_of_no_use_is_an_alert_that_says_what_to_do(string query, string more, string expected)
    {
        var database = await postgres.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, "create table t as select 1 as y");
        await using var source = new SourceProduct(database);
        await source.DefineAsync(query, more);

        await RequireFailureAsync(source, expected);

        Assert.Equal(1, await PostgresServer.CountAsync(database, "select count(*) from t"));
    }

    [Theory]
    [InlineData(null, "expected an app setting 'Warehouse'")]
    [InlineData("", "expected an app setting 'Warehouse'")]
    [InlineData("postgres://tests:a-secret-of-the-tests@host/db?x=1", "expected a connection string of PostgreSQL")]
    [InlineData("Host=127.0.0.1;Port=1;Username=tests;Password=a-secret-of-the-tests", "cannot be reached")]
    [InlineData("Host=127.0.0.1;Port=a-secret-of-the-tests", "expected a connection string of PostgreSQL")]
    public async Task A_database_out_of_reach_is_an_alert_without_the_connection_string(
        string? connection, string expected)
    {
        await using var source = new SourceProduct(connection);
        await source.DefineAsync("select 1 as y");
        await RequireFailureAsync(source, expected);
    }

    [Fact]
    public async Task A_pull_that_works_again_takes_the_alert_away()
    {
        await using var source = new SourceProduct(connection: null);
        await source.DefineAsync("select 1 as y");
        await RequireFailureAsync(source, "expected an app setting");

        source.Set(await postgres.NewDatabaseAsync());
        Assert.Equal("y\n1\n", await source.LandAsync());

        Assert.Empty(await source.AlertsAsync());
    }

    [Fact]
    public async Task Another_watermark_column_is_refused_until_the_files_are_gone()
    {
        await using var source = new SourceProduct(await postgres.NewDatabaseAsync());
        await source.DefineAsync("select 1 as id, 2 as other, 3 as y", Watermark);
        await source.LandAsync();
        await source.DefineAsync("select 1 as id, 2 as other, 3 as y", """, "watermark": "other" """);
        await RequireFailureAsync(source, "source.watermark: expected 'id' of integer, by which");

        foreach (var file in await source.FilesAsync()) await DeleteAsync(file);
        await DeleteAsync("monitoring/sales/source.json");
        Assert.Equal("id,other,y\n1,2,3\n", await source.LandAsync());

        Task DeleteAsync(string blob) =>
            source.Product.Store.DeleteAsync(blob, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_that_no_pull_wrote_is_not_written_over()
    {
        await using var source = new SourceProduct(await postgres.NewDatabaseAsync());
        await source.DefineAsync("select 1 as y");
        await source.Product.WriteAsync("datasets/sales/source/000001.csv.gz", "mine");
        await RequireFailureAsync(source, "datasets/sales/source/000001.csv.gz was not written by a pull");
    }

    private static async Task RequireFailureAsync(SourceProduct source, string expected)
    {
        var before = await source.FilesAsync();
        var result = await source.PullAsync();
        Assert.Equal(PullStatus.Failed, result.Status);
        Assert.Contains(expected, result.Reason, StringComparison.Ordinal);
        var alert = Assert.Single(await source.AlertsAsync());
        Assert.Equal((AlertKind.Source, result.Reason), (alert.Kind, alert.Message));
        Assert.Equal(before, await source.FilesAsync());
        Assert.Contains(
            source.Product.Logs, l => l.Contains("its source could not be pulled", StringComparison.Ordinal));
        var stored = Directory.EnumerateFiles(source.Product.Folder, "*", SearchOption.AllDirectories)
            .Select(File.ReadAllText);
        Assert.All([.. stored, .. source.Product.Logs], text => Assert.DoesNotContain(PostgresServer.Password, text));
    }
}
