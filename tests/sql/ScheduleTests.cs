using System.Text.Json;
using Serverless.Tests;

namespace Serverless.Sql.Tests;

/// <summary>When the timer pulls. The clock stands at midnight of 2026-01-01.</summary>
public sealed class ScheduleTests(PostgresServer postgres)
{
    private const string Daily = """, "schedule": "0 0 3 * * *" """;

    private readonly ManualClock _clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_is_pulled_at_the_times_of_its_schedule()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select random() as y", Daily);
        Assert.Equal([0, 0, 1, 1, 2], await PullAtAsync(source, hours: [0, 2, 3, 26, 27]));
    }

    [Fact]
    public async Task One_pull_makes_up_for_times_at_which_the_host_was_off()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select random() as y", Daily);
        Assert.Equal([1, 1, 2], await PullAtAsync(source, hours: [100, 101, 124]));
    }

    [Fact]
    public async Task A_source_without_a_schedule_is_pulled_on_request_alone()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select random() as y");
        Assert.Equal([0, 0], await PullAtAsync(source, hours: [0, 1000]));
        await source.LandAsync();
    }

    [Fact]
    public async Task A_failed_pull_is_tried_again_after_a_quarter_of_an_hour()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select random() as y", Daily);
        var database = await postgres.NewDatabaseAsync();
        source.Set(null);
        Assert.Equal([0], await PullAtAsync(source, hours: [3]));
        source.Set(database);
        Assert.Equal([0, 1], await PullAtAsync(source, hours: [3.2, 3.25]));
    }

    [Fact]
    public async Task A_corrected_definition_is_pulled_at_once_after_a_failure()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select y from missing", Daily);
        Assert.Equal([0], await PullAtAsync(source, hours: [3]));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await source.DefineAsync("select 1 as y", Daily);
        Assert.Equal([1], await PullAtAsync(source, hours: [3.02]));
    }

    [Theory]
    [InlineData("Host=db;Password=a-secret-of-the-tests", "the name of an app setting")]
    [InlineData("", "source.connection: expected a text that is not empty")]
    public async Task An_unusable_source_is_told_before_any_data_comes(string connection, string expected)
    {
        await using var source = await StartAsync();
        await source.Product.WriteAsync(
            "models/sales/model.json",
            $$$"""{"source": {"kind": "postgres", "connection": "{{{connection}}}", "query": "select 1"}}""");

        await PullAtAsync(source, hours: [0, 1]);

        var alert = Assert.Single(await source.AlertsAsync());
        Assert.Contains(expected, alert.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, alert.Message, StringComparison.Ordinal);
        // Once, although the timer fires every minute.
        Assert.Single(source.Product.Logs, l => l.Contains("could not be pulled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_fails_leaves_the_others_pulled()
    {
        await using var source = await StartAsync();
        await source.DefineAsync("select random() as y", Daily);
        await source.Product.WriteAsync("monitoring/able/source.json", "damaged");
        await source.Product.WriteAsync("models/able/model.json", JsonSerializer.Serialize(new
        {
            source = new { kind = "postgres", connection = "Warehouse", query = "select 1", schedule = "0 0 3 * * *" },
        }));
        Assert.Equal([1], await PullAtAsync(source, hours: [3]));
        Assert.Contains(
            source.Product.Logs, l => l.StartsWith("Error: The source check of able", StringComparison.Ordinal));
    }

    private async Task<SourceProduct> StartAsync() => new(await postgres.NewDatabaseAsync(), _clock);

    /// <param name="hours">When the timer fires, since midnight.</param>
    /// <returns>How many files there are after each.</returns>
    private async Task<List<int>> PullAtAsync(SourceProduct source, params double[] hours)
    {
        var files = new List<int>();
        foreach (var hour in hours)
        {
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour);
            _clock.Advance(at - _clock.GetUtcNow());
            await source.Puller.PullDueAsync(Cancelled);
            files.Add((await source.FilesAsync()).Count);
        }

        return files;
    }
}
