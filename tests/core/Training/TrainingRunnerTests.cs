using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
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
        Assert.Null(await product.Get<TrainingRunner>().RunDroppedAsync(path, Cancelled));
        Assert.Contains(product.Logs, line => line.Contains($"An event came for {told}, ", StringComparison.Ordinal));
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
        Assert.Equal(7, records.Count(r => r.Message.StartsWith("Done before", StringComparison.Ordinal)));
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
        Assert.StartsWith("Done before", repeated, StringComparison.Ordinal);
        Assert.Contains("that run made version", repeated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_roll_back_between_a_crash_and_its_repetition_is_not_undone()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(-3), SmallData.Regression);
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
    public async Task A_bad_file_is_rejected_told_and_put_aside_and_nothing_is_learned_from_it()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", "x,y\n1,2\n\"", SmallData.Regression);

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        var report = Assert.Single(record.Reports);
        Assert.Contains("expected", report.Anomalies[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("x,y\n1,2\n\"", await product.ReadAsync(report.Quarantined!));
        Assert.Contains(
            report.Rejection!, await product.ReadAsync($"{report.Quarantined}.report.json"), StringComparison.Ordinal);
        Assert.Empty(await product.Registry.ListVersionsAsync("lines", Cancelled));
        Assert.Equal("x,y\n1,2\n\"", await product.ReadAsync("datasets/lines/a.csv"));
        Assert.StartsWith("Done before", (await product.RunAsync("lines", "a.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readable_data_that_teaches_nothing_goes_to_quarantine_too()
    {
        await using var product = new Product();
        var content = "who,x,y\n" + string.Concat(Enumerable.Repeat("a,1,2\nb,2,3\n", 40));
        var record = await product.TrainAsync(
            "lines",
            "a.csv",
            content,
            """{"label": "y", "id": "who", "task": "regression", "features": [{"name": "x"}]}""");

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains("Too many rows are the same", record.Message, StringComparison.Ordinal);
        Assert.Equal(content, await product.ReadAsync(record.Reports[0].Quarantined!));
    }

    [Fact]
    public async Task A_class_that_the_rows_models_are_chosen_by_do_not_have_is_told_with_the_label()
    {
        await using var product = new Product();
        var rows = Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{(i == 7 ? "yes" : "no")}\n");
        var record = await product.TrainAsync(
            "rare",
            "a.csv",
            "t,b,y\n" + string.Concat(rows),
            """{"label": "y", "time": "t", "training": {"trials": 1}}""");

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains("Expected different values of 'y' in the ", record.Message, StringComparison.Ordinal);
        Assert.Contains("found 'no' in all of them", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_rows_of_a_good_file_are_put_aside_and_counted()
    {
        await using var product = new Product();
        var record = await product.TrainAsync(
            "lines", "a.csv", SmallData.Line(3) + "oops,red,1\n", SmallData.Regression);

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.Equal("x,colour,y\noops,red,1\n", await product.ReadAsync(record.Reports[0].Quarantined!));
        Assert.Equal(1, (await product.Registry.GetAsync("lines", 1, Cancelled))!.Data[0].BadRows);
    }

    [Theory]
    [InlineData("""{"label": 3}""", "label: expected")]
    [InlineData(
        """{"label": "y", "rollout": {"strategy": "canary", "steps": []}}""",
        "rollout.steps: expected at least 1 entries")]
    [InlineData("""{"label": "y", "training": {"trainers": ["oracle"]}}""", "Expected in training.trainers one of")]
    public async Task A_model_json_that_cannot_be_met_is_told_for_each_file_and_the_data_is_not_blamed(
        string definition, string why)
    {
        await using var product = new Product();
        var first = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition);
        var second = await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));

        Assert.Equal((RunOutcome.Rejected, RunOutcome.Rejected), (first.Outcome, second.Outcome));
        Assert.StartsWith("model.json cannot be used.", first.Message, StringComparison.Ordinal);
        Assert.Contains(why, first.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await product.Get<RunRecordStore>().ListNewestAsync("lines", 5, Cancelled)).Count);
        Assert.Empty(await product.ListAsync("quarantine/"));

        // With a model.json that can be met the same files are learned from.
        await product.WriteAsync(BlobPaths.Definition("lines"), SmallData.Regression);
        Assert.Equal(RunOutcome.Promoted, (await product.RunAsync("lines", "a.csv")).Outcome);
    }

    [Theory]
    [InlineData("lines", "notes.docx", "is no data file")]
    [InlineData("Lines 2", "a.csv", "is no model name")]
    public async Task A_name_that_nothing_can_be_made_of_is_told(string model, string file, string why)
    {
        await using var product = new Product();
        var record = await product.TrainAsync(model, file, "hello");
        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains(why, record.Message, StringComparison.Ordinal);
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
        Assert.StartsWith("Done before", again.Message, StringComparison.Ordinal);
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
        Assert.Null(await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines"), Cancelled));
        Assert.Contains("Nothing to train on", updates[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worse_data_gives_a_version_that_is_kept_and_refused_with_its_reason()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
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
        await product.TrainAsync("lines", "a.csv", SmallData.Line(-3), SmallData.Regression);
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
    public async Task What_was_found_in_a_file_that_was_replaced_meanwhile_is_not_held_against_the_content_before()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var opened = 0;
        product.Store.Opening = async name =>
        {
            // First it is looked through, then it is read: a person replaces it in between.
            if (name == "datasets/lines/a.csv" && ++opened == 2) await product.WriteAsync(name, "x,y\n\"");
        };

        var replaced = await product.RunAsync("lines", "a.csv");
        product.Store.Opening = null;
        var again = await product.TrainAsync("lines", "a.csv", SmallData.Line(3));

        Assert.Equal(RunOutcome.Rejected, replaced.Outcome);
        Assert.Equal((RunOutcome.Promoted, 1), (again.Outcome, again.Version));
    }

    [Fact]
    public async Task What_was_seen_of_a_half_copied_file_is_not_held_against_the_whole_one()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var opened = 0;
        product.Store.Opening = async name =>
        {
            // Between the two reads the same file is copied over it: it is half written, and whole at the next look.
            if (name != "datasets/lines/a.csv") return;
            if (++opened == 2) await product.WriteAsync(name, "x,y\n1,\0");
            if (opened == 3) await product.WriteAsync(name, SmallData.Line(3));
        };

        var record = await product.RunAsync("lines", "a.csv");

        Assert.Equal((RunOutcome.Promoted, 1), (record.Outcome, record.Version));
        Assert.Empty(await product.ListAsync("quarantine/"));
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
