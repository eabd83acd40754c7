using Serverless.Core.Alerting;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>Files, rows and definitions that a training run rejects.</summary>
public sealed class UnusableDataTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
        Assert.StartsWith("Already done", (await product.RunAsync("lines", "a.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readable_data_that_teaches_nothing_is_told_and_counts_for_later()
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
        var alert = Assert.Single(await product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Contains("Too many rows are the same", alert.Message, StringComparison.Ordinal);
        Assert.Equal(content, await product.ReadAsync("datasets/lines/a.csv"));
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
    [InlineData("lines", "notes.docx", "is not a data file")]
    [InlineData("Lines 2", "a.csv", "is not a model name")]
    public async Task A_name_that_nothing_can_be_made_of_is_told(string model, string file, string why)
    {
        await using var product = new Product();
        var record = await product.TrainAsync(model, file, "hello");
        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains(why, record.Message, StringComparison.Ordinal);
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
}
