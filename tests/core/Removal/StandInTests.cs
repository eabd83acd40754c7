using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Tests;

namespace Serverless.Core.Tests.Removal;

/// <summary>What answers, and what is told, once a person deletes the folder of the champion.</summary>
public sealed class StandInTests
{
    private const string Row = """{"x": 5, "colour": "red"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_champion_before_a_deleted_one_answers_in_this_process_and_in_a_new_one()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await ThreeChampionsAsync(clock);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal(3, await AnsweringAsync(product));
        Delete(product, 3);

        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal(2, await AnsweringAsync(product));
        await using var fresh = new Product(product.Folder, clock);
        Assert.Equal(2, await AnsweringAsync(fresh));

        Delete(product, 2);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal((1, 1), (await AnsweringAsync(product), await AnsweringAsync(fresh)));
    }

    [Fact]
    public async Task A_version_that_was_rolled_back_answers_only_where_no_other_is_left()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await ThreeChampionsAsync(clock);
        await PromoteAsync(product, 2);
        Delete(product, 2);
        await using var fresh = new Product(product.Folder, clock);
        Assert.Equal(1, await AnsweringAsync(fresh));
        Delete(product, 1);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal(3, await AnsweringAsync(fresh));
    }

    [Fact]
    public async Task A_deleted_champion_answers_again_once_its_folder_is_put_back()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await ThreeChampionsAsync(clock);
        var (folder, away) = (FolderOf(product, 3), Path.Combine(product.Folder, ".store-away"));
        Directory.Move(folder, away);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal(2, await AnsweringAsync(product));
        Directory.Move(away, folder);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.Equal(3, await AnsweringAsync(product));
    }

    [Fact]
    public async Task An_alert_names_the_deleted_version_and_the_one_that_answers_until_it_is_mended()
    {
        await using var product = await ThreeChampionsAsync(new ManualClock(TimeProvider.System.GetUtcNow()));
        Delete(product, 3);
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        var alert = Assert.Single(await AlertsAsync(product));
        Assert.Equal((AlertKind.DanglingAlias, 3), (alert.Kind, alert.Version));
        Assert.StartsWith(
            "The champion of lines is version 3, which was deleted: models/lines/versions/3/manifest.json does not "
                + "exist. Version 2, the champion before it that still exists, answers in its place.",
            alert.Message,
            StringComparison.Ordinal);
        // What answers is what is watched.
        Assert.Equal(2, (await product.Get<DriftMonitor>().LatestAsync("lines", Cancelled))!.Version);

        await PromoteAsync(product, 2);
        var (aliases, _) = await product.Registry.GetAliasesAsync("lines", Cancelled);
        Assert.Equal(
            Alias.Previous, Assert.Single(await product.Registry.FindDanglingAsync("lines", aliases, Cancelled)).Alias);
        await PromoteAsync(product, 1);
        await product.Get<DriftMonitor>().CheckAllAsync(Cancelled);
        Assert.Empty(await AlertsAsync(product));
    }

    [Fact]
    public async Task A_version_asked_for_by_number_is_unknown_once_it_is_deleted()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = await ThreeChampionsAsync(clock);
        Assert.NotNull((await product.Predictions.FindAsync("lines", 1, Cancelled)).Served);
        Delete(product, 1);
        clock.Advance(new ServingOptions().RefreshInterval);
        Assert.IsType<PredictOutcome.UnknownVersion>(
            (await product.Predictions.FindAsync("lines", 1, Cancelled)).Obstacle);
    }

    private static async Task<Product> ThreeChampionsAsync(ManualClock clock)
    {
        var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        for (var version = 2; version <= 3; version++)
        {
            await product.TrainAsync("lines", $"b{version}.csv", SmallData.Line(3, seed: (ulong)version));
            await PromoteAsync(product, version);
        }

        return product;
    }

    private static async Task PromoteAsync(Product product, int version) => Assert.NotEqual(
        AliasOutcome.NoSuchVersion,
        await product.Registry.PromoteAsync("lines", version, null, "a person", "a test", Cancelled));

    private static async Task<int> AnsweringAsync(Product product) =>
        Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", Row)).Version;

    private static async Task<IReadOnlyList<Alert>> AlertsAsync(Product product) =>
        await product.Get<Alerts>().ListAsync("lines", Alerts.Shown, Cancelled);

    private static string FolderOf(Product product, int version) =>
        Path.Combine(product.Folder, "models/lines/versions", $"{version}");

    private static void Delete(Product product, int version) =>
        Directory.Delete(FolderOf(product, version), recursive: true);
}
