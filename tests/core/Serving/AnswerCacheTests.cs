using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Traffic;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class AnswerCacheTests
{
    private const string Rows = """[{"x": 5, "colour": "red"}, {"x": 1e6}, {"colour": "violet"}]""";
    private const string Columns = """{"columns": {"x": [5, 1e6, null], "colour": ["red", null, "violet"]}}""";

    private static readonly ServingOptions _cached = new() { AnswerCacheBytes = 1 << 20, FlushInterval = TimeSpan.FromHours(1) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Rows)]
    [InlineData(Columns)]
    public async Task The_same_request_is_scored_once_answered_with_ids_of_its_own_and_counted_each_time(string body)
    {
        var trainer = new CountedTrainer();
        await using var product = new Product(options: _cached, more: trainer);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), CountedTrainer.Definition);
        var first = await AskAsync(product, body);
        var scored = trainer.Scored;
        var others = new List<Answer>();
        for (var i = 0; i < 20; i++) others.Add(await AskAsync(product, body));

        Assert.Equal(scored, trainer.Scored);
        Assert.All(others, other => Assert.Equal(first.Values, other.Values));
        Assert.Equal(63, others.Append(first).SelectMany(a => a.Ids).Distinct().Count());
        // One byte more is another request.
        await AskAsync(product, body + " ");
        Assert.Equal(scored + 3, trainer.Scored);

        await product.Get<PredictionLog>().FlushAsync(Cancelled);
        var name = Assert.Single(await product.ListAsync("predictions/lines/"));
        var sketch = JsonSerializer.Deserialize(await product.ReadAsync(name), TrafficJson.Default.TrafficSketch)!;
        Assert.Equal((66, 22, 22), (sketch.Rows, sketch.Features[0].Missing, sketch.Features[1].Counts[^1]));
        Assert.Equal(66, sketch.Sample.Select(s => s.Id).Distinct().Count());
        Assert.Equal(22, sketch.Sample.Count(s => s.Row!.Value.TryGetProperty("x", out var x) && x.ValueKind == JsonValueKind.Number && x.GetDouble() == 5));
    }

    [Fact]
    public async Task Another_version_answers_for_itself_and_a_version_that_comes_back_too()
    {
        await using var product = new Product(options: _cached);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Noise(2));
        var answers = new Dictionary<int, double[]>();
        for (var i = 0; i < 6; i++)
        {
            var version = 1 + (i % 2);
            await product.Registry.PromoteAsync("lines", version, null, "a test", "swap", Cancelled);
            await product.Get<ModelCache>().RefreshAsync("lines", Cancelled);
            for (var again = 0; again < 3; again++)
            {
                var answer = await AskAsync(product, Rows);
                Assert.Equal(version, answer.Version);
                if (answers.TryGetValue(version, out var before)) Assert.Equal(before, answer.Values);
                else answers.Add(version, answer.Values);
            }
        }

        Assert.NotEqual(answers[1], answers[2]);
    }

    [Fact]
    public async Task An_answer_with_explanations_is_never_one_without_and_the_other_way_round()
    {
        await using var product = new Product(options: _cached);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        foreach (var explain in (bool[])[false, true, false, true])
        {
            var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", Rows, explain));
            using var answer = answered.Answer;
            using var json = JsonDocument.Parse(answered.Json);
            Assert.Equal(explain, json.RootElement.GetProperty("predictions")[0].EnumerateObject().Count() > 2);
        }
    }

    [Fact]
    public async Task Off_by_default_every_request_is_scored()
    {
        var trainer = new CountedTrainer();
        await using var product = new Product(more: trainer);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), CountedTrainer.Definition);
        await AskAsync(product, Rows);
        var scored = trainer.Scored;
        await AskAsync(product, Rows);
        Assert.Equal(scored + 3, trainer.Scored);
    }

    [Fact]
    public void What_is_kept_stays_within_its_bytes_and_what_was_asked_least_recently_goes_first()
    {
        var cache = new AnswerCache(64 << 10);
        var often = "often"u8.ToArray();
        cache.Keep("a", often, OneRow(1), [1]);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Keep("a", BitConverter.GetBytes(i), OneRow(i), [i]);
            Assert.Equal([1d], cache.Find("a", often)!.Outputs);
            Assert.InRange(cache.Bytes, 1, 64 << 10);
        }

        Assert.Null(cache.Find("a", BitConverter.GetBytes(0)));
        Assert.Equal([9999d], cache.Find("a", BitConverter.GetBytes(9999))!.Outputs);
        Assert.Null(cache.Find("b", often));

        // One that is as large as all the rest is not worth it.
        cache.Keep("a", new byte[60 << 10], OneRow(0), [0]);
        Assert.Null(cache.Find("a", new byte[60 << 10]));
        Assert.NotNull(cache.Find("a", often));
    }

    [Theory]
    [InlineData("x", "", "ModelCacheMegabytes: expected a whole number of megabytes, at least 1, found 'x'.")]
    [InlineData("0", "", "ModelCacheMegabytes: expected a whole number of megabytes, at least 1, found '0'.")]
    [InlineData("", "-1", "AnswerCacheMegabytes: expected a whole number of megabytes, at least 0, found '-1'.")]
    public void A_wrong_setting_is_named(string models, string answers, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ServingOptions.Parse(name => name == SettingNames.ModelCache ? models : answers)).Message);

    [Fact]
    public void Settings_are_in_megabytes()
    {
        var options = ServingOptions.Parse(name => name == SettingNames.ModelCache ? "64" : "8");
        Assert.Equal((64L << 20, 8L << 20), (options.CacheBytes, options.AnswerCacheBytes));
        Assert.Equal(new ServingOptions(), ServingOptions.Parse(_ => null));
    }

    private static RequestRows OneRow(float value)
    {
        var rows = new RequestRows();
        rows.Begin(1);
        rows.Add()[0] = value;
        return rows;
    }

    private static async Task<Answer> AskAsync(Product product, string body)
    {
        var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", body));
        using var answer = answered.Answer;
        using var json = JsonDocument.Parse(answered.Json);
        JsonElement[] predictions = [.. json.RootElement.GetProperty("predictions").EnumerateArray()];
        return new Answer(
            json.RootElement.GetProperty("version").GetInt32(),
            [.. predictions.Select(p => p.GetProperty("id").GetString()!)],
            [.. predictions.Select(p => p.GetProperty("value").GetDouble())]);
    }

    private sealed record Answer(int Version, string[] Ids, double[] Values);
}
