using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class TrainingRunnerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_file_becomes_a_live_version_with_its_lineage()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        Assert.Equal((RunOutcome.Promoted, 1), (record.Outcome, record.Version));
        Assert.StartsWith("Version 1 is live. Promoted:", record.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(record.Identity, manifest.Identity);
        Assert.Equal(
            ("datasets/lines/a.csv", 200L, 0L),
            (manifest.Data[0].Name, manifest.Data[0].Rows, manifest.Data[0].BadRows));
        Assert.Equal(["evaluating", "reading", "training"], manifest.Seconds.Keys.Order());
        Assert.Contains("<html", await product.ReadAsync(BlobPaths.Report("lines", 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("definition2", new[] { "a", "b" }, 1)]
    [InlineData("definition1", new[] { "b", "a" }, 1)]
    [InlineData("definition1", new[] { "a" }, 1)]
    [InlineData("definition1", new[] { "a", "b" }, 2)]
    public void Another_definition_other_files_another_order_or_another_seed_is_another_run(
        string definition, string[] files, long seed)
    {
        var identity = RunIdentity.Of("definition1", ["a", "b"], 1);
        Assert.Equal(identity, RunIdentity.Of("definition1", ["a", "b"], 1));
        Assert.NotEqual(identity, RunIdentity.Of(definition, files, seed));
    }

    [Fact]
    public async Task A_file_in_a_folder_of_a_models_folder_is_the_models()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "2026/01/a.csv", SmallData.Line(3));
        Assert.Equal((RunOutcome.Promoted, "lines", "2026/01/a.csv"), (record.Outcome, record.Model, record.File));
    }

    [Theory]
    [InlineData(null, "a blob elsewhere")]
    [InlineData("a.csv", "a.csv")]
    public async Task An_event_for_no_file_of_a_model_is_told_and_left(string? path, string told)
    {
        await using var product = new Product();
        Assert.Null(await product.Get<IngestRunner>().RunDroppedAsync(path, Cancelled));
        Assert.Contains(product.Logs, line => line.Contains($"Ignored {told}, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Duplicated_events_at_once_from_two_processes_give_one_version()
    {
        await using var product = new Product();
        await using var other = new Product(product.Folder);
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.DropAsync("lines", "copy.csv", SmallData.Line(3));

        var records = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            (i % 2 == 0 ? product : other).RunAsync("lines", i % 3 == 0 ? "copy.csv" : "a.csv"))));

        Assert.All(records, r => Assert.Equal((RunOutcome.Promoted, 1), (r.Outcome, r.Version)));
        Assert.Equal(7, records.Count(r => r.Message.StartsWith("Already done", StringComparison.Ordinal)));
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Single((await product.AliasesAsync("lines")).History);
    }

    [Theory]
    [InlineData("aliases.json")]
    [InlineData("monitoring/lines/runs/")]
    public async Task A_run_killed_after_its_version_was_written_is_finished_by_the_next_event(string killedAt)
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        product.Store.FailToWrite(killedAt);
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));

        await using var next = new Product(product.Folder);
        var record = await next.RunAsync("lines", "a.csv");

        Assert.Equal((RunOutcome.Promoted, 1), (record.Outcome, record.Version));
        Assert.Equal([1], await next.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Equal(1, Assert.Single((await next.AliasesAsync("lines")).History).To);
        var repeated = (await next.RunAsync("lines", "a.csv")).Message;
        Assert.StartsWith("Already done", repeated, StringComparison.Ordinal);
        Assert.Contains("that run made version", repeated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_to_another_one_gives_that_ones_version()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var manifest = await product.ReadAsync(BlobPaths.Manifest("lines", 1));
        await product.Store.DeleteAsync(BlobPaths.Manifest("lines", 1), Cancelled);
        await product.Get<RunRecordStore>().ForgetAsync(record, Cancelled);
        // The other run ends while this one trains.
        product.Store.Writing = async name =>
        {
            if (!name.StartsWith(BlobPaths.Checkpoints("lines"), StringComparison.Ordinal)) return;
            product.Store.Writing = null;
            await product.WriteAsync(BlobPaths.Manifest("lines", 1), manifest);
        };

        var again = await product.RunAsync("lines", "a.csv");

        Assert.Equal((RunOutcome.Promoted, 1), (again.Outcome, again.Version));
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Fact]
    public async Task A_roll_back_between_a_crash_and_its_repetition_is_not_undone()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(-3), SmallData.NewestFile);
        await product.DropAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        product.Store.FailToWrite("monitoring/lines/runs/");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "b.csv"));
        product.Store.Writing = null;
        Assert.Equal(2, (await product.AliasesAsync("lines")).Champion);
        await product.Registry.PromoteAsync("lines", 1, null, "a person", "no", Cancelled);

        await product.RunAsync("lines", "b.csv");

        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
    }

    [Fact]
    public async Task Without_model_json_one_is_inferred_and_written_and_the_same_content_gives_no_second_version()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3));
        var again = await product.TrainAsync("lines", "again.csv", SmallData.Line(3));

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.Contains(
            "\"label\": \"y\"", await product.ReadAsync(BlobPaths.Definition("lines")), StringComparison.Ordinal);
        Assert.StartsWith("Already done", again.Message, StringComparison.Ordinal);
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Fact]
    public async Task A_file_that_is_gone_and_a_model_without_data_leave_nothing_to_do()
    {
        await using var product = new Product();
        await product.WriteAsync(BlobPaths.Definition("lines"), SmallData.Regression);
        var updates = new List<RunUpdate>();
        product.Get<RunFeed>().Updated += updates.Add;

        Assert.Equal(RunOutcome.NothingToDo, (await product.RunAsync("lines", "a.csv")).Outcome);
        Assert.Equal(
            RunOutcome.NothingToDo,
            (await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines"), Cancelled)).Outcome);
        Assert.Contains("Nothing to train on", updates[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worse_data_gives_a_version_that_is_kept_and_refused_with_its_reason()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        var record = await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));

        Assert.Equal((RunOutcome.NotPromoted, 2), (record.Outcome, record.Version));
        Assert.Contains("Refused:", record.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
        Assert.Equal(
            GateDecision.NotBetter, (await product.Registry.GetAsync("lines", 2, Cancelled))!.Verdict.Decision);
    }

    [Fact]
    public async Task With_manual_approval_a_better_version_waits_as_challenger()
    {
        await using var product = new Product();
        var manual = SmallData.Regression.Replace(
            "}}", "}, \"rollout\": {\"approval\": \"manual\"}}", StringComparison.Ordinal);
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), manual);

        Assert.Equal(RunOutcome.AwaitingApproval, record.Outcome);
        var aliases = await product.AliasesAsync("lines");
        Assert.Equal((null, 1), (aliases.Champion, aliases.Challenger));

        await product.Registry.PromoteAsync("lines", 1, null, "a person", "looks good", Cancelled);
        aliases = await product.AliasesAsync("lines");
        Assert.Equal((1, null), (aliases.Champion, aliases.Challenger));
    }

    [Fact]
    public async Task A_version_judged_against_another_champion_than_the_present_one_becomes_challenger()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(-3), SmallData.NewestFile);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        product.Store.Writing = name => name == BlobPaths.Manifest("lines", 3)
            ? product.Registry.PromoteAsync("lines", 2, null, "a person", "meanwhile", Cancelled)
            : Task.CompletedTask;

        var record = await product.TrainAsync("lines", "c.csv", SmallData.Line(3, seed: 3));

        Assert.Equal(RunOutcome.AwaitingApproval, record.Outcome);
        Assert.Contains("the champion was changed meanwhile", record.Message, StringComparison.Ordinal);
        var aliases = await product.AliasesAsync("lines");
        Assert.Equal((2, 3), (aliases.Champion, aliases.Challenger));
    }

    [Fact]
    public async Task Categories_that_the_champion_does_not_know_are_a_warning_in_record_and_report()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var content = SmallData.Line(3, seed: 2).Replace(",green,", ",violet,", StringComparison.Ordinal);
        var record = await product.TrainAsync("lines", "b.csv", content);

        var warning = Assert.Single(record.Reports[0].Anomalies);
        Assert.Equal(
            ("ENUM_TYPE_UNEXPECTED_STRING_VALUES", "colour", "'violet'"),
            (warning.Code, warning.Column, warning.Found));
        Assert.Contains("violet", await product.ReadAsync(BlobPaths.Report("lines", 2)), StringComparison.Ordinal);
    }
}
