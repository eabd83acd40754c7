using System.Text;
using System.Text.Json;
using Serverless.Core.Alerting;
using Serverless.Core.Registry;
using Serverless.Core.Rollouts;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Tests;

namespace Serverless.Core.Tests.Rollouts;

/// <summary>From a training run to the end of a roll-out, as production puts it together.</summary>
public sealed class RolloutTests
{
    private const string Canary =
        """ "strategy": "canary", "steps": [20, 50, 100], "minimumRequests": 20, "keyHeader": "x-user" """;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_canary_that_is_fine_goes_up_step_by_step_to_all_traffic()
    {
        await using var product = await TwoVersionsAsync(Canary);
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var serving = new Product(product.Folder, clock);

        Assert.InRange(await AskAsync(serving, 300), 30, 90);
        Assert.Equal(RolloutDecision.Hold, (await AdvanceAsync(serving)).Decision);
        clock.Advance(Step);
        Assert.Equal(RolloutDecision.StepUp, (await AdvanceAsync(serving)).Decision);
        Assert.Equal((2, 50.0), (await serving.AliasesAsync("lines")).Rollout is { } r ? (r.Step, r.Percent) : default);

        // The step is judged by its own requests: there are none yet.
        clock.Advance(Step);
        Assert.Equal(
            (RolloutDecision.Hold, 0),
            await AdvanceAsync(serving) is { } none ? (none.Decision, none.Challenger.Requests) : default);
        Assert.InRange(await AskAsync(serving, 300), 110, 190);
        Assert.Equal(RolloutDecision.Promote, (await AdvanceAsync(serving)).Decision);

        var aliases = await serving.AliasesAsync("lines");
        Assert.Equal(
            (2, null, 1, RolloutStatus.Promoted),
            (aliases.Champion, aliases.Challenger, aliases.Previous, aliases.Rollout!.Status));
        Assert.Equal(300, await AskAsync(serving, 300));
        Assert.Equal(
            ["gate: challenger", "rollout: challenger", "rollout: champion"],
            aliases.History.TakeLast(3).Select(h => $"{h.By}: {h.Alias.ToString().ToLowerInvariant()}"));
        Assert.StartsWith(
            "Step 2 of 2, 50 % of the traffic. Version 2 is no worse than version 1 on",
            aliases.History[^2].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenger_that_cannot_be_loaded_fails_no_request_and_is_rolled_back_within_its_step()
    {
        await using var product = await TwoVersionsAsync(Canary);
        await product.WriteAsync(BlobPaths.ModelFile("lines", 2), "broken");
        await using var serving = new Product(product.Folder);

        Assert.Equal(0, await AskAsync(serving, 200));
        var report = await AdvanceAsync(serving);

        Assert.Equal(RolloutDecision.RollBack, report.Decision);
        Assert.Equal(report.Challenger.Requests, report.Challenger.Errors);
        Assert.Contains("It cannot be loaded", report.Reason, StringComparison.Ordinal);
        var aliases = await serving.AliasesAsync("lines");
        Assert.Equal(
            (1, null, RolloutStatus.RolledBack), (aliases.Champion, aliases.Challenger, aliases.Rollout!.Status));
        var alert = Assert.Single(await serving.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled));
        Assert.Equal((AlertKind.RollBack, 2), (alert.Kind, alert.Version));
        // What comes again after a crash does not begin it anew.
        Assert.Equal(RunOutcome.RollingOut, (await serving.RunAsync("lines", "b.csv")).Outcome);
        Assert.Equal(RolloutStatus.RolledBack, (await serving.AliasesAsync("lines")).Rollout!.Status);
    }

    [Fact]
    public async Task Two_instances_agree_on_each_callers_side_and_are_judged_together()
    {
        await using var product = await TwoVersionsAsync(Canary);
        await using var one = new Product(product.Folder);
        await using var other = new Product(product.Folder);
        for (var user = 0; user < 100; user++)
        {
            var version = await VersionAsync(one, $"user-{user}");
            Assert.Equal(version, await VersionAsync(other, $"user-{user}"));
            Assert.Equal(version, await VersionAsync(one, $"user-{user}"));
        }

        await other.Get<RolloutLog>().FlushAsync(Cancelled);
        var report = await AdvanceAsync(one);
        Assert.Equal(300, report.Champion.Requests + report.Challenger.Requests);
        Assert.InRange(report.Challenger.Requests, 24, 120);
        // Written again, an instance's counts are not counted twice.
        Assert.Equal(
            300, await AdvanceAsync(one) is { } again ? again.Champion.Requests + again.Challenger.Requests : 0);
    }

    [Fact]
    public async Task A_shadow_changes_no_answer_and_its_disagreement_is_reported()
    {
        await using var product = await TwoVersionsAsync(""" "strategy": "shadow", "minimumRequests": 20 """);
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var serving = new Product(product.Folder, clock);

        Assert.Equal(0, await AskAsync(serving, 200));
        var report = await AdvanceAsync(serving);
        for (var i = 0; i < 500 && report.Challenger.Requests < 200; i++)
        {
            await Task.Delay(10, Cancelled);
            clock.Advance(TimeSpan.FromMilliseconds(10));
            report = await AdvanceAsync(serving);
        }

        // Version 1 learned 3 x, version 2 learned 6 x; asked for x = 5.
        Assert.Equal(
            (200, 200, 0, RolloutDecision.Hold),
            (report.Champion.Requests, report.Challenger.Requests, report.Dropped, report.Decision));
        Assert.InRange(report.Disagreement!.MeanDifference, 13, 17);
        Assert.Equal(200, report.Disagreement.Rows);
        Assert.Equal(report.Disagreement.MeanDifference, report.Disagreement.Shift!.Value, 1e-9);

        clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(RolloutDecision.Promote, (await AdvanceAsync(serving)).Decision);
        Assert.Equal(2, (await serving.AliasesAsync("lines")).Champion);
        Assert.Equal(20, await AskAsync(serving, 20));
    }

    [Fact]
    public async Task A_canary_whose_predictions_turn_out_worse_than_the_champions_is_rolled_back()
    {
        await using var product = await TwoVersionsAsync(""" "strategy": "canary", "steps": [50] """);
        await using var serving = new Product(product.Folder);
        var outcomes = new List<string>();
        for (var i = 0; i < 400; i++)
        {
            using var answer = JsonDocument.Parse(
                Assert.IsType<PredictOutcome.Answered>(await serving.PredictAsync("lines", """{"x": 5}""")).Json);
            // The world is as the champion learned it, 3 x, and neither is quite right.
            outcomes.Add($$"""{"id": {{answer.RootElement.GetProperty("predictions")[0].GetProperty("id")
                .GetRawText()}}, "value": {{15 + (i % 5)}}}""");
        }

        Assert.Equal(RolloutDecision.Hold, (await AdvanceAsync(serving)).Decision);
        var (kept, _) = await serving.Get<FeedbackService>().RecordAsync(
            "lines", Encoding.UTF8.GetBytes($"[{string.Join(',', outcomes)}]"), Cancelled);
        Assert.Equal(400, kept);

        var report = await AdvanceAsync(serving);
        Assert.Equal(RolloutDecision.RollBack, report.Decision);
        Assert.Equal(400, report.Champion.Outcomes + report.Challenger.Outcomes);
        Assert.InRange(report.Champion.Metric!.Value, 1, 4);
        Assert.InRange(report.Challenger.Metric!.Value, 10, 16);
        Assert.Contains("Its rmse on predictions with feedback is", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_approval_by_hand_a_canary_waits_at_its_last_share_and_is_watched_until_a_person_promotes_it()
    {
        await using var product = await TwoVersionsAsync(
            """ "strategy": "canary", "steps": [50], "minimumRequests": 20, "stepMinutes": 0, "approval": "manual" """);
        await using var serving = new Product(product.Folder);
        await AskAsync(serving, 100);
        Assert.Equal(RolloutDecision.AwaitApproval, (await AdvanceAsync(serving)).Decision);
        Assert.InRange(await AskAsync(serving, 100), 20, 80);
        Assert.Equal(RolloutDecision.Hold, (await AdvanceAsync(serving)).Decision);
        Assert.Equal(
            (1, RolloutStatus.AwaitingApproval),
            await serving.AliasesAsync("lines") is { } a ? (a.Champion, a.Rollout!.Status) : default);

        await serving.Registry.PromoteAsync("lines", 2, null, "a person", "fine", Cancelled);
        Assert.Equal(
            (2, RolloutStatus.Promoted),
            await serving.AliasesAsync("lines") is { } b ? (b.Champion, b.Rollout!.Status) : default);
        await serving.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        Assert.Equal(20, await AskAsync(serving, 20));
    }

    [Fact]
    public async Task To_make_the_champion_champion_again_stops_a_roll_out_and_changes_nothing_else()
    {
        await using var product = await TwoVersionsAsync(Canary);
        var before = await product.AliasesAsync("lines");
        Assert.Equal((1, 1, null), (before.RollbackTarget, before.Champion, before.Previous));

        Assert.Equal(
            AliasOutcome.Changed,
            await product.Registry.PromoteAsync("lines", 1, null, "a person", "not today", Cancelled));
        var after = await product.AliasesAsync("lines");
        Assert.Equal(
            (1, null, null, RolloutStatus.Stopped),
            (after.Champion, after.Challenger, after.Previous, after.Rollout!.Status));
        Assert.Equal(
            AliasOutcome.Unchanged,
            await product.Registry.PromoteAsync("lines", 1, null, "a person", "again", Cancelled));
        Assert.Equal(0, await AskAsync(product, 100));
    }

    [Theory]
    [InlineData("auto", RunOutcome.Promoted)]
    [InlineData("manual", RunOutcome.AwaitingApproval)]
    public async Task The_first_version_has_nothing_to_be_compared_with_and_no_roll_out(
        string approval, RunOutcome expected)
    {
        await using var product = new Product();
        var definition = SmallData.NewestFile[..^1] + $$""", "rollout": { {{Canary}}, "approval": "{{approval}}" } }""";
        Assert.Equal(expected, (await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition)).Outcome);
        Assert.Null((await product.AliasesAsync("lines")).Rollout);
    }

    [Fact]
    public async Task A_newer_version_takes_the_place_of_one_that_is_rolled_out()
    {
        await using var product = await TwoVersionsAsync(Canary);
        await AskAsync(product, 50);
        var run = await product.TrainAsync("lines", "c.csv", SmallData.Line(9, seed: 3));

        Assert.Equal((RunOutcome.RollingOut, 3), (run.Outcome, run.Version));
        var aliases = await product.AliasesAsync("lines");
        Assert.Equal(
            (1, 3, 3, 1), (aliases.Champion, aliases.Challenger, aliases.Rollout!.Version, aliases.Rollout.Step));
        Assert.Equal("Version 3 replaces the roll-out of version 2.", aliases.History[^2].Reason);
        await product.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        Assert.Equal(0, (await AdvanceAsync(product)).Challenger.Requests);
    }

    [Fact]
    public async Task A_judgement_that_comes_after_a_person_changes_nothing()
    {
        await using var product = await TwoVersionsAsync(Canary);
        await product.WriteAsync(BlobPaths.ModelFile("lines", 2), "broken");
        await using var serving = new Product(product.Folder);
        await AskAsync(serving, 100);
        // Between the judgement and the change of the aliases.
        serving.Store.Writing = async name =>
        {
            if (!name.EndsWith("rollout/latest.json", StringComparison.Ordinal)) return;
            serving.Store.Writing = null;
            await product.Registry.PromoteAsync("lines", 2, null, "a person", "I know better", Cancelled);
        };

        Assert.Equal(RolloutDecision.RollBack, (await AdvanceAsync(serving)).Decision);
        Assert.Equal(
            (2, RolloutStatus.Promoted),
            await product.AliasesAsync("lines") is { } a ? (a.Champion, a.Rollout!.Status) : default);
    }

    /// <summary>Version 1 is champion, version 2 is rolled out.</summary>
    private static async Task<Product> TwoVersionsAsync(string rollout)
    {
        var product = new Product();
        var definition = SmallData.NewestFile[..^1] + $$""", "rollout": { {{rollout}} } }""";
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        var run = await product.TrainAsync("lines", "b.csv", SmallData.Line(6, seed: 2), definition);
        Assert.Equal((RunOutcome.RollingOut, 2), (run.Outcome, run.Version));
        return product;
    }

    /// <summary>Judges, and lets this instance follow.</summary>
    private static async Task<RolloutReport> AdvanceAsync(Product product)
    {
        await product.Get<RolloutMonitor>().AdvanceAllAsync(Cancelled);
        await product.Get<ModelCache>().RefreshAsync("lines", Cancelled);
        return (await product.Get<RolloutMonitor>().LatestAsync("lines", Cancelled))!;
    }

    /// <returns>How many of the requests the second version answered.</returns>
    private static async Task<int> AskAsync(Product product, int requests)
    {
        var count = 0;
        for (var i = 0; i < requests; i++)
        {
            if (await VersionAsync(product, $"user-{i}") == 2) count++;
        }

        return count;
    }

    private static async Task<int> VersionAsync(Product product, string user)
    {
        var headers = new RequestHeaders(user, (given, name) => name == "x-user" ? (string)given : null);
        var outcome = await product.Predictions.PredictAsync(
            "lines", Encoding.UTF8.GetBytes("""{"x": 5}"""), Cancelled, headers: headers);
        var answered = Assert.IsType<PredictOutcome.Answered>(outcome);
        Assert.Contains(
            $"\"version\":{answered.Version},", Encoding.UTF8.GetString(answered.Json.Span), StringComparison.Ordinal);
        return answered.Version;
    }
}
