using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class ExplainedPredictionTests
{
    [Fact]
    public async Task A_regression_is_explained_by_feature_and_adds_up_to_its_value()
    {
        await using var product = new Product();
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);

        foreach (var prediction in await ExplainAsync(product, "things", """
            [{"size": 4, "flag": true, "colour": "red", "day": "2026-03-01T08:00:00Z"},
             {"size": 9}, {"size": 0, "colour": "NA"}]
            """))
        {
            Assert.Equal(["id", "value", "explanation"], prediction.EnumerateObject().Select(p => p.Name));
            var explanation = prediction.GetProperty("explanation");
            Assert.Equal(["base", "contributions"], explanation.EnumerateObject().Select(p => p.Name));
            var contributions = explanation.GetProperty("contributions").EnumerateObject().ToList();
            Assert.Equal(["day", "flag", "size", "colour"], contributions.Select(c => c.Name));
            Assert.Equal(
                prediction.GetProperty("value").GetDouble(),
                explanation.GetProperty("base").GetDouble() + contributions.Sum(c => c.Value.GetDouble()),
                1e-6);
        }
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbt")]
    public async Task A_binary_model_is_explained_by_the_log_odds_of_the_class_that_is_named(string trainer)
    {
        await using var product = new Product();
        var definition = SmallData.Binary.Replace("\"linear\"", $"\"{trainer}\"", StringComparison.Ordinal)
            .Replace("\"trials\": 1", "\"trials\": 1, \"calibration\": \"none\"", StringComparison.Ordinal);
        await product.TrainAsync("people", "a.csv", SmallData.Classes(1, "<=50K", ">50K"), definition);

        foreach (var prediction in await ExplainAsync(
            product, "people", """[{"x": 4.9}, {"x": 9.5, "colour": "red"}, {}]"""))
        {
            var explanation = prediction.GetProperty("explanation");
            var name = explanation.GetProperty("class").GetString()!;
            var p = prediction.GetProperty("probabilities").GetProperty(name).GetDouble();
            var sum = explanation.GetProperty("base").GetDouble()
                + explanation.GetProperty("contributions").EnumerateObject().Sum(c => c.Value.GetDouble());
            Assert.Equal(Math.Log(p / (1 - p)), sum, 1e-6);
        }
    }

    [Fact]
    public async Task Many_classes_are_explained_each_and_their_softmax_is_the_answer()
    {
        await using var product = new Product();
        var definition = SmallData.Multiclass.Replace(
            "\"trials\": 1", "\"trials\": 1, \"calibration\": \"none\"", StringComparison.Ordinal);
        await product.TrainAsync("bands", "a.csv", SmallData.Classes(1, "low", "middle", "high"), definition);

        foreach (var prediction in await ExplainAsync(
            product, "bands", """[{"x": 0.2}, {"x": 9.8, "colour": "blue"}]"""))
        {
            var raw = prediction.GetProperty("explanation").GetProperty("base").EnumerateObject().ToDictionary(
                c => c.Name, c => c.Value.GetDouble());
            foreach (var feature in prediction.GetProperty("explanation").GetProperty(
                "contributions").EnumerateObject())
            {
                foreach (var value in feature.Value.EnumerateObject()) raw[value.Name] += value.Value.GetDouble();
            }

            var total = raw.Values.Sum(Math.Exp);
            foreach (var probability in prediction.GetProperty("probabilities").EnumerateObject())
            {
                Assert.Equal(probability.Value.GetDouble(), Math.Exp(raw[probability.Name]) / total, 1e-9);
            }
        }
    }

    [Fact]
    public async Task What_is_not_asked_for_is_not_there_and_too_many_rows_are_refused()
    {
        await using var product = new Product(options: new ServingOptions { MaxExplainedRows = 3 });
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        const string FourRows = """[{"x": 1}, {"x": 2}, {"x": 3}, {"x": 4}]""";

        var plain = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", FourRows));
        Assert.DoesNotContain("explanation", Encoding.UTF8.GetString(plain.Json.Span), StringComparison.Ordinal);
        var refused = Assert.IsType<PredictOutcome.Invalid>(
            await product.PredictAsync("lines", FourRows, explain: true));
        Assert.Equal("at most 3 rows", Assert.Single(refused.Errors).Expected);
    }

    private static async Task<List<JsonElement>> ExplainAsync(Product product, string model, string body)
    {
        var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync(model, body, explain: true));
        return [.. JsonDocument.Parse(answered.Json).RootElement.GetProperty("predictions").EnumerateArray()];
    }
}
