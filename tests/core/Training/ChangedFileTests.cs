using System.Text;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>A dropped file that is not like the one before it: told, rejected or left to a person.</summary>
public sealed class ChangedFileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_of_unit_is_told_in_report_and_run()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        var record = await product.TrainAsync("lines", "b.csv", Times1000(SmallData.Line(3, seed: 2)));

        var told = Assert.Single(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.OtherUnit);
        Assert.Equal(("x", AnomalySeverity.Warning), (told.Column, told.Severity));
        Assert.Contains(
            "as if multiplied by 1,000; export them in the unit of before", told.Found, StringComparison.Ordinal);
        Assert.Contains(
            record.Intake, line => line.StartsWith("Changed: Expected values of 'x'", StringComparison.Ordinal));
        var report = await product.ReadAsync(BlobPaths.Report("lines", 2));
        Assert.Contains("as if multiplied by 1,000", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_untouched_next_file_is_not_called_changed()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var record = await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));
        Assert.DoesNotContain(record.Reports[^1].Anomalies, a => AnomalyCodes.Changes.Contains(a.Code));
    }

    [Fact]
    public async Task Quarantine_rejects_the_file_and_leaves_it_where_it_is()
    {
        await using var product = new Product();
        var definition = With("""{"changes": "quarantine"}""");
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition);
        var changed = Times1000(SmallData.Line(3, seed: 2));

        var record = await product.TrainAsync("lines", "b.csv", changed);

        Assert.Equal((RunOutcome.Rejected, null), (record.Outcome, record.Version));
        Assert.Contains(
            "set \"changesByCode\": {\"CHANGE_UNIT\": \"warn\"} in validation in model.json", record.Message,
            StringComparison.Ordinal);
        Assert.Equal(changed, await product.ReadAsync(BlobPaths.Dataset("lines", "b.csv")));
        Assert.Equal(changed, await product.ReadAsync(record.Reports[^1].Quarantined!));
        Assert.Equal(AnomalySeverity.Error, record.Reports[^1].Anomalies[0].Severity);
        Assert.Equal([1], await product.Registry.ListVersionsAsync("lines", Cancelled));
    }

    [Fact]
    public async Task What_a_rejection_says_to_set_accepts_the_file()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), With("""{"changes": "quarantine"}"""));
        var changed = Times1000(SmallData.Line(3, seed: 2));
        await product.TrainAsync("lines", "b.csv", changed);

        var record = await product.TrainAsync(
            "lines", "b.csv", changed, With("""{"changes": "quarantine", "changesByCode": {"CHANGE_UNIT": "warn"}}"""));

        Assert.Equal(2, record.Version);
        Assert.Contains(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.OtherUnit);
    }

    [Fact]
    public async Task Asked_for_a_person_the_version_waits_although_it_is_better()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), AskOfNewest);

        var record = await product.TrainAsync("lines", "b.csv", SmallData.Line(-3, seed: 2));

        Assert.Equal((RunOutcome.AwaitingApproval, 2), (record.Outcome, record.Version));
        Assert.StartsWith(
            "Version 2 waits for approval as challenger. A person decides: the file is not like the one before it. "
                + "Expected values of 'y' around 14.04, as in datasets/lines/a.csv, found around -14.37",
            record.Message, StringComparison.Ordinal);
        Assert.Contains(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.ReversedLabels);
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
    }

    [Fact]
    public async Task An_ignored_kind_of_change_is_not_told()
    {
        await using var product = new Product();
        await product.TrainAsync(
            "lines", "a.csv", SmallData.Line(3), With("""{"changesByCode": {"CHANGE_UNIT": "ignore"}}"""));
        var record = await product.TrainAsync("lines", "b.csv", Times1000(SmallData.Line(3, seed: 2)));
        Assert.DoesNotContain(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.OtherUnit);
    }

    [Fact]
    public async Task A_changed_file_is_no_reference_before_its_version_is_live()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), AskOfNewest);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(-3, seed: 2));

        var again = await product.TrainAsync("lines", "c.csv", SmallData.Line(-3, seed: 3));
        Assert.Equal(RunOutcome.AwaitingApproval, again.Outcome);

        await product.Registry.PromoteAsync("lines", 3, 1, "a person", "it is meant", Cancelled);
        var after = await product.TrainAsync("lines", "d.csv", SmallData.Line(-3, seed: 4));
        Assert.DoesNotContain(after.Reports[^1].Anomalies, a => AnomalyCodes.Changes.Contains(a.Code));
    }

    [Fact]
    public async Task Doubled_rows_of_the_first_file_are_told()
    {
        await using var product = new Product();
        var rows = SmallData.Line(3);
        var record = await product.TrainAsync(
            "lines", "a.csv", rows + rows[(rows.IndexOf('\n', StringComparison.Ordinal) + 1)..], SmallData.Regression);
        var told = Assert.Single(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.RepeatedRows);
        Assert.Contains("remove the 200 rows that repeat others", told.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_file_after_a_change_of_settings_is_no_change()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), With("""{"changes": "quarantine"}"""));
        var record = await product.TrainAsync(
            "lines", "a.csv", SmallData.Line(3), With("""{"changes": "quarantine", "holdout": 0.3}"""));
        Assert.Equal(2, record.Version);
    }

    [Fact]
    public async Task An_alias_accepts_a_renamed_column()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var renamed = SmallData.Line(3, seed: 2).Replace("x,colour", "X value,colour", StringComparison.Ordinal);

        var first = await product.TrainAsync("lines", "b.csv", renamed);
        var told = Assert.Single(first.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.RenamedColumn);
        Assert.Contains("set \"aliases\": {\"x\": [\"X value\"]} in model.json", told.Found, StringComparison.Ordinal);

        var definition = SmallData.Regression[..^1] + """, "aliases": {"x": ["X value"]}}""";
        var second = await product.TrainAsync("lines", "b.csv", renamed, definition);
        Assert.DoesNotContain(second.Reports[^1].Anomalies, a => AnomalyCodes.Changes.Contains(a.Code));
        var manifest = await product.Registry.GetAsync("lines", second.Version!.Value, Cancelled);
        Assert.Contains(manifest!.Schema.Features, c => c.Name == "x");
    }

    [Fact]
    public async Task A_renamed_label_is_rejected_with_the_alias_that_accepts_it()
    {
        await using var product = new Product();
        var definition = SmallData.Regression.Replace("\"y\"", "\"y_value\"", StringComparison.Ordinal);
        await product.TrainAsync("lines", "a.csv", Named("y_value", 1), definition);

        var record = await product.TrainAsync("lines", "b.csv", Named("YValue", 2));
        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains(
            "set \"aliases\": {\"y_value\": [\"YValue\"]} in model.json", record.Message, StringComparison.Ordinal);

        var accepted = await product.TrainAsync(
            "lines", "b.csv", Named("YValue", 2), definition[..^1] + """, "aliases": {"y_value": ["YValue"]}}""");
        Assert.Equal(2, accepted.Version);

        static string Named(string label, ulong seed) =>
            SmallData.Line(3, seed).Replace("colour,y", $"colour,{label}", StringComparison.Ordinal);
    }

    private static string AskOfNewest { get; } =
        SmallData.NewestFile[..^1] + """, "validation": {"changes": "ask"}}""";

    private static string With(string validation) =>
        SmallData.Regression[..^1] + $", \"validation\": {validation}}}";

    /// <summary>The first column in a thousandth of its unit.</summary>
    private static string Times1000(string csv)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var text = new StringBuilder(lines[0]).Append('\n');
        foreach (var line in lines[1..])
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            var x = double.Parse(line[..comma], System.Globalization.CultureInfo.InvariantCulture) * 1000;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{x:0.###}{line[comma..]}\n");
        }

        return text.ToString();
    }
}
