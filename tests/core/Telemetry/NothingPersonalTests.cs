using System.Globalization;
using System.Text;
using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Serving;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Telemetry;

/// <summary>
/// What stands in a cell or in a request is never in a trace, a metric or a log, however it gets there.
/// </summary>
public sealed class NothingPersonalTests
{
    private const string Word = "Zaphod";
    private const string Number = "4815162342";

    private const string Definition = """
        {
          "label": "y", "task": "binary", "id": "key",
          "features": [
            {"name": "x", "type": "numeric", "range": {"max": 1000}}, {"name": "who", "type": "categorical"}
          ],
          "validation": {"slices": ["who"], "maxBadRows": 0.2},
          "training": {"trainers": ["linear", "gbt"], "trials": 3},
          "drift": {"minimumRows": 50}
        }
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_value_of_a_file_or_a_request_reaches_a_span_a_metric_or_a_log()
    {
        using var recorder = new Recorder();
        await using var product = new Product();

        // Learned from, with some bad rows; then refused on a slice or as a whole; then files that cannot be used.
        var promoted = await product.TrainAsync("discreet", "a.csv", People(1, noise: false), Definition);
        Assert.Equal((RunOutcome.Promoted, 5L), (promoted.Outcome, promoted.Reports[0].BadRows));
        Assert.Contains(promoted.Reports[0].Anomalies, a => a.ToString().Contains(Word, StringComparison.Ordinal));
        Assert.Equal(
            RunOutcome.NotPromoted, (await product.TrainAsync("discreet", "b.csv", People(2, noise: true))).Outcome);
        var rejected = await product.TrainAsync("discreet", "c.csv", $"key,x,who,y\n{Word},{Word},{Word},{Word}\n");
        Assert.Equal(RunOutcome.Rejected, rejected.Outcome);
        var threeClasses = "key,x,who,y\n"
            + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},{i % 10},{Word},{Word}-{i % 3}\n"));
        Assert.Equal(RunOutcome.Rejected, (await product.TrainAsync("discreet", "d.csv", threeClasses)).Outcome);
        var wrongLabel = await product.TrainAsync("other", "e.csv", threeClasses, $$"""{"label": "{{Word}}"}""");
        Assert.Contains(Word, wrongLabel.Message, StringComparison.Ordinal);

        // Asked, well and badly, with outcomes; then checked for drift, which it finds.
        var asked = string.Join(
            ",",
            Enumerable.Range(0, 100).Select(
                i => $$"""{"key": "{{Word}}-{{i}}", "x": {{900 + i}}, "who": "{{Word}}-unseen"}"""));
        Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("discreet", $"[{asked}]"));
        Assert.IsType<PredictOutcome.Invalid>(await product.PredictAsync("discreet", $$"""{"x": "{{Word}}"}"""));
        Assert.IsType<PredictOutcome.Invalid>(await product.PredictAsync("discreet", $"{Word} {Number}"));
        Assert.IsType<PredictOutcome.UnknownModel>(await product.PredictAsync(Word.ToLowerInvariant(), "{}"));
        await product.Get<FeedbackService>().RecordAsync(
            "discreet", Encoding.UTF8.GetBytes($$"""[{"id": "{{Word}}-1", "label": "{{Word}}"}]"""), Cancelled);
        // The newest file was rejected: there is nothing to learn from, and the alert alone has the words of its
        // report.
        Assert.Empty(await product.Get<DriftMonitor>().CheckAllAsync(Cancelled));
        Assert.NotEmpty(await product.Get<Alerts>().ListAsync("discreet", TimeSpan.FromDays(1), Cancelled));
        await product.Get<StalenessMonitor>().CheckAllAsync(Cancelled);

        var spans = recorder.Ended.Select(s =>
            $"{s.DisplayName} {s.StatusDescription} {string.Join(' ', s.TagObjects)} {string.Join(' ', s.Baggage)} "
            + string.Join(' ', s.Events.Select(e => e.Name + string.Join(' ', e.Tags))));
        var metrics = recorder.Measured.Select(
            m => $"{m.Instrument.Name} {string.Join(' ', m.Tags)} {m.Value.ToString(CultureInfo.InvariantCulture)}");
        string[] told = [.. spans, .. metrics, .. product.Logs];
        Assert.All(
            (string[])["trial", "predict", "serverless.drift", "has drifted"],
            known => Assert.Contains(told, t => t.Contains(known, StringComparison.Ordinal)));
        Assert.DoesNotContain(told, t => t.Contains(Word, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(told, t => t.Contains(Number, StringComparison.Ordinal));
    }

    /// <summary>
    /// The label follows x, or nothing; five rows have a word where a number belongs, or a number out of range.
    /// </summary>
    private static string People(ulong seed, bool noise)
    {
        var random = new SplitMix64(seed);
        var csv = new StringBuilder("key,x,who,y\n");
        for (var i = 0; i < 300; i++)
        {
            var x = random.NextDouble() * 10;
            var yes = (noise ? random.NextDouble() * 10 : x) + random.NextDouble() > 5.5;
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Word}-{i},{x:0.###},{Word}-{random.NextInt32(3)},{Word}-{(yes ? "yes" : "no")}\n");
        }

        for (var i = 0; i < 5; i++)
        {
            var x = i < 3 ? $"{Word}{i}" : Number;
            csv.Append(CultureInfo.InvariantCulture, $"{Word}-bad-{i},{x},{Word}-0,{Word}-yes\n");
        }

        return csv.ToString();
    }
}
