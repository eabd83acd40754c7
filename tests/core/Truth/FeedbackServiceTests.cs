using System.Text;
using Serverless.Core.Serving;
using Serverless.Core.Truth;
using Serverless.Tests;

namespace Serverless.Core.Tests.Truth;

public sealed class FeedbackServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_are_kept_by_prediction_id_and_the_last_word_counts()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var product = new Product(clock: clock);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var feedback = product.Get<FeedbackService>();
        var first = clock.GetUtcNow();

        Assert.Equal(1, (await RecordAsync(product, """{"id": "a", "value": 1}""")).Kept);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, (await RecordAsync(product, """[{"id": "a", "value": 2}, {"id": "b", "value": 3}]""")).Kept);

        Assert.Equal(
            [("a", 2), ("b", 3)],
            (await feedback.ReadAsync("lines", first, Cancelled)).Values.Select(o => (o.Id, o.Value!.Value)).Order());
        Assert.Empty(await feedback.ReadAsync("lines", clock.GetUtcNow().AddDays(1), Cancelled));
    }

    [Theory]
    [InlineData("", "", "an object with \"id\"")]
    [InlineData("[]", "", "at least one outcome")]
    [InlineData("null", "", "an object")]
    [InlineData("[null]", "/0", "an object")]
    [InlineData("""{"value": 1}""", "/id", "the prediction's id")]
    [InlineData("""[{"id": "a", "value": 1}, {"id": "", "value": 1}]""", "/1/id", "the prediction's id")]
    [InlineData("""{"id": "a"}""", "", "\"value\", as the model predicts a number")]
    [InlineData("""{"id": "a", "label": "x"}""", "", "\"value\", as the model predicts a number")]
    [InlineData("""{"id": "a", "label": "x", "value": 1}""", "", "\"value\", as the model predicts a number")]
    [InlineData("""{"id": "a", "value": 1e300}""", "/value", "a number of at most 3.4e+38")]
    [InlineData("""{"id": "a", "value": 1, "colour": 1}""", "", "an object with \"id\"")]
    [InlineData("""{"id": "\ud800", "value": 1}""", "", "surrogates in pairs")]
    [InlineData("""{"\ud800id": "a", "value": 1}""", "", "surrogates in pairs")]
    [InlineData("""[{"id": "a", "value": 1, "\udc00": 1}]""", "", "surrogates in pairs")]
    [InlineData("""{"id": "a", "value": 1} 2""", "", "")]
    public async Task What_is_wrong_is_named_and_then_nothing_is_kept(string body, string pointer, string expected)
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        var (kept, errors) = await RecordAsync(product, body);

        Assert.Equal(0, kept);
        Assert.Equal(pointer, errors[0].Pointer);
        Assert.StartsWith(expected, errors[0].Expected, StringComparison.Ordinal);
        Assert.Empty(await product.ListAsync("feedback/"));
    }

    [Fact]
    public async Task Classes_need_labels()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Classes(1, "no", "yes"), SmallData.Binary);
        Assert.Equal(
            "\"label\", as the model predicts a class",
            (await RecordAsync(product, """{"id": "a", "value": 1}""")).Errors[0].Expected);
        Assert.Equal(1, (await RecordAsync(product, """{"id": "a", "label": "yes"}""")).Kept);
    }

    private static Task<(int Kept, IReadOnlyList<FieldError> Errors)> RecordAsync(Product product, string body) =>
        product.Get<FeedbackService>().RecordAsync("lines", Encoding.UTF8.GetBytes(body), Cancelled);
}
