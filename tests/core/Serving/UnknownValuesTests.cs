using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

/// <summary>Values of a request that the version does not know.</summary>
public sealed class UnknownValuesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"x": 1, "colour": "crimson"}""", "'crimson'", 1, false)]
    [InlineData("""{"x": 1, "colour": "crimson"}""", "'crimson'", 1, true)]
    [InlineData(
        """[{"x": 1, "colour": "crim\u0073on"}, {"colour": "red"}, {"colour": 7}]""", "'crimson', '7'", 2, false)]
    [InlineData("""{"columns": {"colour": ["red", "cri\"mson", null]}}""", "'cri\"mson'", 1, false)]
    public async Task A_value_that_the_version_does_not_know_is_told(string body, string found, int rows, bool explain)
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        var answer = await AnswerAsync(product, body, explain);

        var warning = Assert.Single(answer.GetProperty("warnings").EnumerateArray());
        Assert.Equal("ENUM_TYPE_UNEXPECTED_STRING_VALUES", warning.GetProperty("code").GetString());
        Assert.Equal("colour", warning.GetProperty("column").GetString());
        Assert.Equal(found, warning.GetProperty("found").GetString());
        Assert.Equal(rows, warning.GetProperty("count").GetInt32());
        Assert.Contains("as version 1 knows", warning.GetProperty("expected").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"x": 1, "colour": "red"}, {"x": 1, "colour": null}, {"x": 1e9}, {"colour": "n/a"}]""")]
    [InlineData("""{"columns": {"colour": ["red", "blue"]}}""")]
    public async Task An_answer_on_known_and_missing_values_has_no_warnings(string body)
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        var answer = await AnswerAsync(product, body);

        Assert.False(answer.TryGetProperty("warnings", out _));
    }

    [Fact]
    public async Task Ordinary_rows_allocate_nothing_more_for_it()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var served = (await product.Get<ModelCache>().GetAsync("lines", Cancelled))!;
        var rows = RequestRows.OfThread(served.Encoder);
        Assert.True(JsonFormat.TryReadRows(
            served, """[{"x": 1, "colour": "red"}, {"x": 2, "colour": "blue"}]"""u8, 10, rows, out _));
        var answered = new AnsweredRows(rows, new double[2], 1, default, new PredictionIds("test"));
        Assert.False(served.Known.HaveUnknown(answered));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Assert.False(served.Known.HaveUnknown(answered));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static async Task<JsonElement> AnswerAsync(Product product, string body, bool explain = false)
    {
        var outcome = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("lines", body, explain));
        using var answer = outcome.Answer;
        return JsonDocument.Parse(answer.Written).RootElement.Clone();
    }
}
