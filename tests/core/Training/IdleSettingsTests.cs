using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>Settings of model.json that have no effect on the dropped file are told by its run.</summary>
public sealed class IdleSettingsTests
{
    private const string Trainer = """ "label": "y", "training": {"trainers": ["linear"], "trials": 1} """;

    [Theory]
    [InlineData(
        """ "features": [{"name": "colur", "ignored": true}] """, "colur",
        "Without effect: Expected a column 'colur', which features in model.json name, found no such column (is "
        + "'colour' meant?).")]
    [InlineData(""" "aliases": {"shade": ["farbe"]} """, "shade", "or one of its aliases")]
    [InlineData(
        """ "features": [{"name": "x", "format": "dayFirst"}] """, "x",
        "Without effect: Expected a timestamp column, as features[].format 'dayFirst' in model.json is for, found that "
        + "'x' is numeric.")]
    [InlineData(""" "features": [{"name": "colour", "format": "decimalComma"}] """, "colour", "is categorical")]
    [InlineData(""" "features": [{"name": "x", "ignored": true, "range": {"min": 0}}] """, "x", "that 'x' is left out")]
    [InlineData(""" "features": [{"name": "y", "monotone": "increasing"}] """, "y", "that 'y' is the label")]
    [InlineData(
        """ "rollout": {"strategy": "canary", "keyField": "color"} """, "color",
        "rollout.keyField in model.json, found 'color', which requests cannot have (is 'colour' meant?)")]
    [InlineData(""" "rollout": {"steps": [1, 2]} """, null, "as steps is for, found \"blueGreen\"")]
    [InlineData(""" "rollout": {"strategy": "canary", "shadowHours": 2} """, null, "as shadowHours is for")]
    [InlineData(""" "sheet": "Data" """, null, "a workbook, as the sheet 'Data' in model.json is for")]
    public async Task A_setting_without_effect_is_told_by_the_run(string setting, string? column, string told)
    {
        await using var product = new Product();

        // Only gbt takes a direction.
        var trainer = setting.Contains("monotone", StringComparison.Ordinal)
            ? Trainer.Replace("linear", "gbt", StringComparison.Ordinal)
            : Trainer;
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3), $"{{{trainer},{setting}}}");

        var warning = Assert.Single(
            record.Reports[^1].Anomalies,
            a => a.Code is AnomalyCodes.InvalidDefinition or AnomalyCodes.NoSheets);
        Assert.Equal((column, AnomalySeverity.Warning), (warning.Column, warning.Severity));
        Assert.Contains(record.Intake, line => line.Contains(told, StringComparison.Ordinal));
        Assert.Contains(
            warning.Code, await product.ReadAsync(BlobPaths.Report("lines", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_names_its_columns_needs_no_columns()
    {
        await using var product = new Product();
        var json = string.Concat(Enumerable.Range(0, 200).Select(
            i => $$"""{"x": {{i % 17}}, "y": {{(i % 17) + (i % 5)}}.5}""" + "\n"));
        var definition = $$"""{ {{Trainer}}, "columns": ["x", "y"] }""";

        var record = await product.TrainAsync("lines", "a.jsonl", json, definition);

        Assert.Contains(
            record.Intake, line => line.Contains("as columns in model.json is for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_inferred_definition_has_only_settings_with_an_effect()
    {
        await using var product = new Product();
        await product.TrainAsync("mixed", "a.csv", SmallData.EveryType());

        var record = await product.TrainAsync(
            "mixed", "b.csv", SmallData.EveryType().Replace("n1,", "n2,", StringComparison.Ordinal));

        Assert.DoesNotContain(record.Reports[^1].Anomalies, a => a.Code == AnomalyCodes.InvalidDefinition);
    }

    [Fact]
    public async Task A_lost_column_is_told_once()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.EveryType());
        var without = string.Join('\n', SmallData.EveryType().Split('\n').Select(WithoutColour));

        var record = await product.TrainAsync("lines", "b.csv", without);

        Assert.Single(record.Reports[^1].Anomalies, a => a is { Column: "colour", Row: null });

        static string WithoutColour(string line) =>
            line.Length == 0 ? line : string.Join(',', line.Split(',').Where((_, i) => i != 4));
    }

    [Fact]
    public async Task A_weight_of_an_unknown_class_is_refused_with_the_classes()
    {
        await using var product = new Product();
        const string definition =
            """{"label": "y", "training": {"trainers": ["gbt"], "trials": 1, "classWeights": {"hihg": 2}}}""";

        var record = await product.TrainAsync("lines", "a.csv", SmallData.Classes(1, "high", "low"), definition);

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Contains(
            "classes of 'y' ('high', 'low'), found 'hihg' (is 'high' meant?)",
            record.Message.Replace("'low', 'high'", "'high', 'low'", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_of_a_new_column_that_is_learned_from_predictions_are_said_to_need_it()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var lines = SmallData.Line(3, seed: 2).Split('\n');
        var wider = string.Join('\n', lines.Select(
            (l, i) => l.Length == 0 ? l : i == 0 ? $"constant,wind,{l}" : $"7,{i % 9},{l}"));

        var record = await product.TrainAsync("lines", "b.csv", wider);

        var told = record.Reports[^1].Anomalies.Where(a => a.Code == AnomalyCodes.NewColumn)
            .ToDictionary(a => a.Column!, a => a.Found);
        Assert.Contains("predictions do not need it", told["constant"], StringComparison.Ordinal);
        Assert.Contains("predictions will need it", told["wind"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_on_a_column_names_it()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var other = SmallData.Line(3, seed: 2).Replace("red", "crimson", StringComparison.Ordinal);

        var record = await product.TrainAsync("lines", "b.csv", other);

        var changed = record.Intake.Where(l => l.StartsWith("Changed:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, line => Assert.Contains("'colour'", line, StringComparison.Ordinal));
    }
}
