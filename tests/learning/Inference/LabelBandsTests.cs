using System.Globalization;
using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Columns that are functions of a numeric label, and those that only look so.</summary>
public class LabelBandsTests
{
    private const string Why = "gives the label away: each of its values has a range of y of its own, as a threshold, a "
        + "band or a rounded copy of it has";

    [Theory]
    [InlineData("threshold")]
    [InlineData("words")]
    [InlineData("mark")]
    [InlineData("rounded")]
    public async Task A_threshold_band_or_rounded_copy_of_the_label_is_left_out(string kind)
    {
        var result = await InferAsync((y, _) => kind switch
        {
            "threshold" => y < 2500 ? "1" : "0",
            "words" => y < 1500 ? "low" : y < 3000 ? "normal" : "high",
            "mark" => y < 2500 ? "X" : "",
            _ => $"{Math.Round(y / 100) * 100}",
        });

        var column = result.Schema!.Columns[1];
        Assert.Equal((ColumnRole.Ignored, Why), (column.Role, column.Reason));
        Assert.Empty(result.Notices);
    }

    [Fact]
    public async Task A_column_that_model_json_names_is_kept()
    {
        var definition = new ModelDefinition { Features = [new FeatureDefinition { Name = "z" }] };
        var result = await InferAsync((y, _) => y < 2500 ? "1" : "0", definition);
        Assert.Equal(ColumnRole.Feature, result.Schema!.Columns[1].Role);
    }

    [Fact]
    public async Task A_column_from_which_the_label_may_follow_is_kept_and_told()
    {
        // The label is the tariff, give or take little: its ranges are far apart.
        var random = new SplitMix64(3);
        var text = Rows(
            300, _ => random.NextInt32(5), t => (1000 * t) + (10 * random.NextDouble()),
            (_, y) => $"t{Math.Floor(y / 1000)}");

        var result = await InferAsync(text);

        Assert.Equal(ColumnRole.Feature, result.Schema!.Columns[1].Role);
        var doubt = Assert.Single(result.Notices);
        Assert.Equal((AnomalyCodes.LabelBands, "z"), (doubt.Code, doubt.Column));
        Assert.Contains("set \"ignored\": true", doubt.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overlap")]
    [InlineData("chance")]
    [InlineData("exact")]
    [InlineData("few")]
    public async Task A_column_whose_ranges_overlap_or_tell_nothing_is_kept_untold(string kind)
    {
        var random = new SplitMix64(4);
        var text = kind switch
        {
            // A single row beyond the threshold.
            "overlap" => Rows(300, i => i, i => i == 7 ? 4000.3 : 5000 * random.NextDouble(), (i, y) =>
                i == 7 || y < 2500 ? "1" : "0"),
            // A flag that one row has, which happens to be the largest.
            "chance" => Rows(
                300, i => i, i => i == 299 ? 9999.5 : 5000 * random.NextDouble(), (_, y) => y > 9999 ? "1" : "0"),
            "exact" => Rows(300, i => i % 7, k => (k * k * 100) + 0.5, (_, y) => $"k{y:0}"),
            _ => Rows(60, i => i, _ => 5000 * random.NextDouble(), (_, y) => y < 2500 ? "1" : "0"),
        };

        var result = await InferAsync(text);

        Assert.Equal(ColumnRole.Feature, result.Schema!.Columns[1].Role);
        Assert.Empty(result.Notices);
    }

    [Fact]
    public async Task A_year_with_which_the_label_grows_is_kept()
    {
        var text = "day,year,x,y\n" + string.Concat(Enumerable.Range(0, 600).Select(i =>
            FormattableString.Invariant($"{i % 28 + 1},{2015 + (i / 60)},{i * 7 % 50},{(i * 3) + (i % 3)}.5\n")));
        var result = await InferAsync(text);
        Assert.Equal(ColumnRole.Feature, result.Schema!.Columns[1].Role);
    }

    [Theory]
    [InlineData("{0}{1}", true)]
    [InlineData("{0}{1}.50", true)]
    [InlineData("{1}{2}", false)]
    public async Task A_label_of_amounts_in_several_currencies_is_refused_with_the_remedy(string form, bool refused)
    {
        string[] signs = ["$", "€", "£"];
        string[] letters = ["a", "b", "c"];
        var random = new SplitMix64(4);
        var text = "x,price\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
        {
            var price = string.Format(
                CultureInfo.InvariantCulture, form, signs[i % 3], 10 + random.NextInt32(30), letters[i % 3]);
            return $"{random.NextInt32(50)},{price}\n";
        }));

        var rejection = (await InferAsync(text)).Rejection?.Rejection;

        if (refused) Assert.Contains("convert them to one, or, if they are", rejection, StringComparison.Ordinal);
        else Assert.Null(rejection);
    }

    private static Task<SchemaInferenceResult> InferAsync(
        Func<double, int, string> columnOf, ModelDefinition? definition = null)
    {
        var random = new SplitMix64(5);
        var text = Rows(300, i => i, _ => 700 + (4300 * random.NextDouble()), (i, y) => columnOf(y, i));
        return InferAsync(text, definition);
    }

    private static string Rows(int count, Func<int, int> of, Func<int, double> label, Func<int, double, string> column)
    {
        var random = new SplitMix64(6);
        var text = new StringBuilder("x,z,y\n");
        for (var i = 0; i < count; i++)
        {
            var y = Math.Round(label(of(i)), 1);
            text.Append(CultureInfo.InvariantCulture, $"{random.NextInt32(50)},{column(of(i), y)},{y:0.0}\n");
        }

        return text.ToString();
    }

    private static async Task<SchemaInferenceResult> InferAsync(string text, ModelDefinition? definition = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await SchemaInference.InferAsync(
            content, "a.csv", definition ?? new ModelDefinition(), TestContext.Current.CancellationToken);
    }
}
