using System.Text;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Learning.Definition;

namespace Serverless.Core.Tests.Serving;

public sealed class TrafficSplitTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(50)]
    public void The_share_of_callers_is_the_one_asked_for_and_grows_without_anyone_going_back(double percent)
    {
        var (small, large) = (Canary(percent), Canary(percent + 10));
        var count = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var key = Encoding.UTF8.GetBytes($"customer-{i}");
            if (!TrafficSplit.IsChallengers("lines", small, key)) continue;
            count++;
            Assert.True(TrafficSplit.IsChallengers("lines", large, key));
        }

        // Four standard deviations.
        var expected = 200 * percent;
        var spread = 4 * Math.Sqrt(expected * (1 - (percent / 100)));
        Assert.InRange(count, expected - spread, expected + spread);
    }

    [Fact]
    public void A_callers_place_never_changes_not_even_with_another_build()
    {
        // Instances of two builds answer side by side during a deployment. Changing these numbers moves callers.
        Assert.Equal(12.3, Math.Round(TrafficSplit.Place("lines", 2, "customer-1"u8), 1));
        Assert.NotEqual(TrafficSplit.Place("lines", 2, "customer-1"u8), TrafficSplit.Place("lines", 3, "customer-1"u8));
        Assert.NotEqual(
            TrafficSplit.Place("lines", 2, "customer-1"u8), TrafficSplit.Place("curves", 2, "customer-1"u8));
    }

    [Theory]
    [InlineData("""{"x": 5, "who": "ann"}""", "ann")]
    [InlineData("""[{"deep": {"who": "no"}, "who": 17}, {"who": "bob"}]""", "17")]
    [InlineData("""{"columns": {"x": [5, 6], "who": ["cid", "dan"]}}""", "cid")]
    [InlineData("""{"columns": {"x": [5, 6]}}""", "")]
    [InlineData("""{"x": 5}""", "")]
    [InlineData("""{"who": null}""", "")]
    [InlineData("""{"who": {"who": 1}}""", "")]
    [InlineData("""[]""", "")]
    [InlineData("""[1]""", "")]
    [InlineData("""{"x": """, "")]
    [InlineData("", "")]
    public void The_field_that_decides_is_found_in_the_first_row(string body, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(SplitKey.InFirstRow(Encoding.UTF8.GetBytes(body), "who")));

    private static Rollout Canary(double percent) =>
        Rollout.Begin(
            2,
            1,
            new RolloutSettings { Strategy = RolloutStrategy.Canary, Steps = [percent] },
            DateTimeOffset.UnixEpoch);
}
