using System.Text;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;
using Serverless.Tests;

namespace Serverless.Core.Tests.Registry;

public sealed class ModelRegistryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_written_once_and_the_next_one_has_the_next_number()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var first = await product.ReadAsync(BlobPaths.Manifest("lines", 1));
        var model = await product.Store.ReadAllAsync(BlobPaths.ModelFile("lines", 1), 1 << 20, Cancelled);

        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));

        Assert.Equal([1, 2], await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Equal(first, await product.ReadAsync(BlobPaths.Manifest("lines", 1)));
        Assert.Equal(
            model!.Value.ETag,
            (await product.Store.GetPropertiesAsync(BlobPaths.ModelFile("lines", 1), Cancelled))!.ETag);
    }

    [Fact]
    public async Task A_half_written_version_is_not_there_and_its_number_is_not_used_again()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        product.Store.FailToWrite("manifest.json");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));
        var halfWritten = await product.Store.ReadAllAsync(BlobPaths.ModelFile("lines", 1), 1 << 20, Cancelled);
        Assert.NotNull(halfWritten);

        Assert.Empty(await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Null(await product.Registry.GetAsync("lines", 1, Cancelled));
        Assert.Equal(
            AliasOutcome.NoSuchVersion,
            await product.Registry.PromoteAsync("lines", 1, null, "a test", "why", Cancelled));

        product.Store.Writing = null;
        var record = await product.RunAsync("lines", "a.csv");
        Assert.Equal(2, record.Version);
        Assert.Equal([2], await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Equal(
            halfWritten.Value.ETag,
            (await product.Store.GetPropertiesAsync(BlobPaths.ModelFile("lines", 1), Cancelled))!.ETag);
    }

    [Fact]
    public async Task Every_one_of_many_alias_changes_at_once_is_applied()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        await using var other = new Product(product.Folder);
        var before = (await product.AliasesAsync("lines")).History.Count;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() =>
            (i % 2 == 0 ? product : other).Registry.PromoteAsync(
                "lines", (i % 2) + 1, null, "a test", $"wish {i}", Cancelled))));

        var aliases = await product.AliasesAsync("lines");
        var changes = aliases.History.Skip(before).ToList();
        Assert.Equal(outcomes.Count(o => o == AliasOutcome.Changed), changes.Count);
        Assert.Equal(changes.Count, changes.Select(c => c.Reason).Distinct().Count());
        Assert.All(changes.Zip(changes.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(changes[^1].To, aliases.Champion);
        Assert.DoesNotContain(AliasOutcome.NoSuchVersion, outcomes);
    }

    [Fact]
    public async Task The_history_of_aliases_is_bounded_and_a_roll_back_returns_to_the_version_before()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        for (var i = 0; i <= Aliases.MaxHistory; i++)
        {
            await product.Registry.PromoteAsync("lines", (i % 2) + 1, null, "a test", $"wish {i}", Cancelled);
        }

        var aliases = await product.AliasesAsync("lines");
        Assert.Equal(Aliases.MaxHistory, aliases.History.Count);
        Assert.Equal($"wish {Aliases.MaxHistory}", aliases.History[^1].Reason);

        var (champion, previous) = (aliases.Champion!.Value, aliases.Previous!.Value);
        await product.Registry.PromoteAsync("lines", previous, null, "a test", "back", Cancelled);
        aliases = await product.AliasesAsync("lines");
        Assert.Equal((previous, champion), (aliases.Champion, aliases.Previous));
    }

    [Fact]
    public async Task A_decision_against_another_champion_than_the_present_one_changes_nothing()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));

        Assert.Equal(
            AliasOutcome.ChampionChanged,
            await product.Registry.PromoteAsync("lines", 2, decidedAgainst: 0, "gate", "why", Cancelled));
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
        Assert.Equal(
            AliasOutcome.Unchanged, await product.Registry.PromoteAsync("lines", 1, null, "a test", "why", Cancelled));
    }

    [Fact]
    public async Task Aliases_that_a_person_shortened_by_hand_can_still_be_changed()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.WriteAsync(BlobPaths.Aliases("lines"), "{}");

        Assert.Equal(
            AliasOutcome.Changed, await product.Registry.PromoteAsync("lines", 1, null, "a test", "why", Cancelled));
        Assert.Single((await product.AliasesAsync("lines")).History);
    }

    [Fact]
    public async Task A_manifest_without_an_interval_or_with_an_older_definition_is_read_with_what_was_usual()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        var withoutInterval = manifest with { Verdict = manifest.Verdict with { Improvement = null } };
        var json = System.Text.Json.Nodes.JsonNode.Parse(
            JsonSerializer.SerializeToUtf8Bytes(withoutInterval, RegistryJson.Readable.Manifest))!;
        json["definition"]!["drift"]!.AsObject().Remove("windowHours");
        json["definition"]!.AsObject().Remove("freshness");

        var read = json.Deserialize(RegistryJson.Readable.Manifest)!;

        Assert.Null(read.Verdict.Improvement);
        Assert.Equal((24, 30), (read.Definition.Drift.WindowHours, read.Definition.Freshness.MaxAgeDays));
        Assert.Equal("y", read.Definition.Label);
    }

    [Fact]
    public async Task Files_for_people_are_not_escaped()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Noise(1), SmallData.Regression);
        var manifest = await product.ReadAsync(BlobPaths.Manifest("lines", record.Version!.Value));

        Assert.Contains("baseline's", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_exists_once_anything_was_dropped_for_it()
    {
        await using var product = new Product();
        Assert.False(await product.Registry.ExistsAsync("lines", Cancelled));
        await product.WriteAsync(BlobPaths.Dataset("lines", "a.csv"), "x\n");
        await product.WriteAsync(BlobPaths.Definition("later"), "{}");

        Assert.True(await product.Registry.ExistsAsync("lines", Cancelled));
        Assert.True(await product.Registry.ExistsAsync("later", Cancelled));
        Assert.False(await product.Registry.ExistsAsync("../lines", Cancelled));
        Assert.Equal(["later", "lines"], await product.Registry.ListModelsAsync(Cancelled));
    }
}
