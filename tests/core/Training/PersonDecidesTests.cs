using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>
/// Candidates that pass the gate and yet must not go live by themselves: of older data, or not comparable with the
/// champion.
/// </summary>
public sealed class PersonDecidesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_data_that_comes_late_never_turns_predictions_round_by_itself()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "2025-06.csv", SmallData.Line(3), SmallData.Regression);
        var before = await AnswerAsync(product);

        var record = await product.TrainAsync("lines", "2019-01.csv", SmallData.Line(-3, seed: 2));
        Assert.Equal(RunOutcome.NotPromoted, record.Outcome);
        Assert.Equal(before, await AnswerAsync(product));

        // Even where nothing newer is left.
        record = await WithoutNewerAsync(product);
        await AssertWaitsAsync(
            product,
            record,
            "this version's newest data, 2019-01.csv, is older than that of the champion, version 1, 2025-06.csv.");
        Assert.Equal(before, await AnswerAsync(product));
    }

    [Fact]
    public async Task A_newer_file_by_name_goes_live_by_itself()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "data-9.csv", SmallData.Line(3), SmallData.NewestFile);
        var record = await product.TrainAsync("lines", "data-10.csv", SmallData.Line(-3, seed: 2));
        Assert.True(record is { Outcome: RunOutcome.Promoted, Version: 2 }, record.Message);
    }

    [Theory]
    [InlineData("2020-01-01", null)]
    [InlineData("2026-07-01", RunOutcome.Promoted)]
    public async Task The_time_column_tells_what_is_older_whatever_files_are_called(string from, RunOutcome? expected)
    {
        await using var product = new Product();
        var definition = SmallData.NewestFile.Replace(
            "\"label\": \"y\"", "\"label\": \"y\", \"time\": \"day\"", StringComparison.Ordinal);
        await product.TrainAsync("lines", "2026-06.csv", Days("2026-01-01", 3), definition);
        // By its name the first of these would be newer, and the second older.
        var record = await product.TrainAsync(
            "lines", expected == RunOutcome.Promoted ? "2026-05.csv" : "2026-07.csv", Days(from, -3));

        if (expected is not null)
        {
            Assert.Equal(expected, record.Outcome);
            return;
        }

        Assert.StartsWith("2026-07.csv changes nothing: ", record.Message, StringComparison.Ordinal);
        record = await WithoutNewerAsync(product, "2026-06.csv");
        Assert.Equal(RunOutcome.AwaitingApproval, record.Outcome);
        Assert.Contains(
            "this version's newest data, up to 2020-07-18 00:00:00, is older",
            record.Message,
            StringComparison.Ordinal);

        static string Days(string from, double slope) =>
            "day,x,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i =>
            FormattableString.Invariant($"{DateTime.Parse(from, null)
                .AddDays(i):yyyy-MM-dd},{i * 7 % 11},{(slope * (i * 7 % 11)) + (i * 5 % 3 / 10.0)}\n")));
    }

    [Theory]
    [InlineData("2019-01.csv", "2025-06.csv", -1)]
    [InlineData("data-9.csv", "data-10.csv", -1)]
    [InlineData("sales 20250601.csv.gz", "sales 20250531.csv.gz", 1)]
    [InlineData("2025/06/part-0.csv", "2025/05/part-7.csv", 1)]
    [InlineData("15-01-2019.csv", "01-06-2025.csv", -1)]
    [InlineData("11.2024.csv", "02.2025.csv", -1)]
    [InlineData("15-01-2025.csv", "01-06-2025.csv", null)]
    [InlineData("week-2024.csv", "week-2024.csv", 0)]
    [InlineData("2019-01 (1).csv", "2025-06.csv", -1)]
    [InlineData("Kunden_2019.csv", "kunden_2025.csv", -1)]
    [InlineData("a.csv", "b.csv", null)]
    [InlineData("2019-01.csv", "2025-06-fixed.csv", null)]
    public void Names_of_one_pattern_tell_which_file_is_older(string first, string second, int? expected) =>
        Assert.Equal(expected, FileAge.Compare(first, second) is { } compared ? Math.Sign(compared) : null);

    [Fact]
    public async Task Whoever_asked_for_a_canary_still_decides_on_old_data()
    {
        await using var product = new Product();
        var canary = SmallData.Regression[..^1] + """, "rollout": {"strategy": "canary"}}""";
        await product.TrainAsync("lines", "2025-06.csv", SmallData.Line(3), canary);
        await product.TrainAsync("lines", "2019-01.csv", SmallData.Line(-3, seed: 2));
        await AssertWaitsAsync(product, await WithoutNewerAsync(product), "is older");
        Assert.Null((await product.AliasesAsync("lines")).LiveRollout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_champions_file_is_gone_or_broken_a_person_decides(bool isGone)
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var file = BlobPaths.ModelFile("lines", 1);
        if (isGone) await product.Store.DeleteAsync(file, Cancelled);
        else await product.WriteAsync(file, "broken");

        var record = await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2));

        await AssertWaitsAsync(product, record, "the champion, version 1, could not be compared");
        Assert.Equal(1, (await product.Registry.GetAsync("lines", 2, Cancelled))!.Verdict.ChampionVersion);
    }

    [Theory]
    [InlineData("no,yes", "left,right", "binary of 'y': 'no', 'yes'")]
    [InlineData("no,yes", "Churn,Stay", "could not be compared")]
    [InlineData("a,b,c", "d,e,f", "held-out rows, only 'a', 'b', 'c'")]
    [InlineData("a,b,c", "a,b,d", "it does not know the class of ")]
    [InlineData("no,yes", "a,b,c", "binary of 'y'")]
    public async Task Where_classes_are_others_a_person_decides(string before, string after, string why)
    {
        await using var product = new Product();
        await product.TrainAsync(
            "lines",
            "a.csv",
            SmallData.Classes(1, before.Split(',')),
            """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}}""");
        var record = await product.TrainAsync("lines", "b.csv", SmallData.Classes(2, after.Split(',')));
        Assert.Equal((RunOutcome.AwaitingApproval, 2), (record.Outcome, record.Version));
        Assert.Contains(why, record.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await product.AliasesAsync("lines")).Champion);
    }

    [Fact]
    public async Task Where_another_label_is_predicted_a_person_decides()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var record = await product.TrainAsync(
            "lines", "b.csv", SmallData.Line(3, seed: 2).Replace("x,colour,y", "x,colour,z", StringComparison.Ordinal),
            SmallData.Regression.Replace("\"y\"", "\"z\"", StringComparison.Ordinal));
        await AssertWaitsAsync(
            product, record, "it predicts something else (regression of 'y') than this version (regression of 'z')");
    }

    [Fact]
    public async Task A_label_that_once_had_a_gap_is_the_same_label_and_a_worse_model_is_refused()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Classes(1, "0", "1"), SmallData.Binary);
        var noise = Enumerable.Range(0, 300).Select(
            i => $"{i * 7 % 11},red,{(i * 5 % 7 > (i % 11 > 5 ? 2 : 3) ? "1.0" : "0.0")}\n");
        var worse = await product.TrainAsync("lines", "b.csv", "x,colour,y\n" + string.Concat(noise));
        Assert.Equal((RunOutcome.NotPromoted, 2), (worse.Outcome, worse.Version));
        Assert.DoesNotContain("could not be compared", worse.Message, StringComparison.Ordinal);

        // Here the classes have changed places, so that this one is better; it answers in the same words.
        var better = await product.TrainAsync("lines", "c.csv", SmallData.Classes(3, "1.0", "0.0"));
        Assert.Equal((RunOutcome.Promoted, 3), (better.Outcome, better.Version));
        Assert.Contains("\"label\":\"1\"", await AnswerAsync(product), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_says_so_in_the_report_and_a_person_can_promote_it()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "2025-06.csv", SmallData.Line(3), SmallData.NewestFile);
        await product.TrainAsync("lines", "2019-01.csv", SmallData.Line(-3, seed: 2));
        await WithoutNewerAsync(product);
        var report = await product.ReadAsync(BlobPaths.Report("lines", 2));
        Assert.Contains("✓ Passed, waits for approval", report, StringComparison.Ordinal);
        Assert.Contains("A person decides", report, StringComparison.Ordinal);

        await product.Registry.PromoteAsync("lines", 2, 1, "a person", "as it was then", Cancelled);
        Assert.Equal((2, null), await product.AliasesAsync("lines") is { } a ? (a.Champion, a.Challenger) : default);
    }

    /// <summary>Deletes the newer file, and trains on what is left.</summary>
    private static async Task<RunRecord> WithoutNewerAsync(Product product, string newer = "2025-06.csv")
    {
        await product.Store.DeleteAsync(BlobPaths.Dataset("lines", newer), Cancelled);
        return await product.Get<TrainingRunner>().RunAsync(new RetrainRequest("lines", "a test"), Cancelled);
    }

    private static async Task<string> AnswerAsync(Product product)
    {
        await using var serving = new Product(product.Folder);
        var answer = Assert.IsType<PredictOutcome.Answered>(
            await serving.PredictAsync("lines", """{"x": 1, "colour": "red"}"""));
        var text = System.Text.Encoding.UTF8.GetString(answer.Json.Span);
        return System.Text.RegularExpressions.Regex.Replace(text, "\"id\":\"[^\"]*\"", "");
    }

    private static async Task AssertWaitsAsync(Product product, RunRecord record, string why)
    {
        Assert.Equal(RunOutcome.AwaitingApproval, record.Outcome);
        var version = record.Version!.Value;
        Assert.Contains(
            $"Version {version} waits for approval as challenger. A person decides: ",
            record.Message, StringComparison.Ordinal);
        Assert.Contains(why, record.Message, StringComparison.Ordinal);
        var aliases = await product.AliasesAsync("lines");
        Assert.Equal((1, version), (aliases.Champion, aliases.Challenger));
        var verdict = (await product.Registry.GetAsync("lines", version, Cancelled))!.Verdict;
        Assert.Equal(GateDecision.NeedsApproval, verdict.Decision);
        Assert.StartsWith("Passed: ", verdict.Reasons[1], StringComparison.Ordinal);
    }
}
