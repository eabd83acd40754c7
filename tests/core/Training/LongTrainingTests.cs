using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>Training that is cut off, by a crash or by the time limit, goes on from its finished trials.</summary>
public sealed partial class LongTrainingTests
{
    private const string Definition = """{"label": "y", "training": {"trainers": ["gbt"], "trials": 5}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cancelled", 2)]
    [InlineData("killed", 2)]
    [InlineData("killed", 4)]
    public async Task A_search_that_is_cut_off_goes_on_from_its_finished_trials_to_the_same_version(
        string how, int finished)
    {
        var undisturbed = await UndisturbedAsync();
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        if (how == "killed")
        {
            product.Store.FailToWrite($"{finished:D4}.json");
            await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));
        }
        else
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            When(product, finished, stop.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => product.RunAsync("lines", "a.csv", stop.Token));
        }

        await using var next = new Product(product.Folder);
        var trained = Trained(next);
        var record = await next.RunAsync("lines", "a.csv");

        Assert.Equal((RunOutcome.Promoted, 1), (record.Outcome, record.Version));
        Assert.Equal(Enumerable.Range(finished, 5 - finished), trained);
        Assert.Equal(undisturbed, await DescribeAsync(next));
        Assert.Empty(await next.ListAsync(BlobPaths.Checkpoints("lines")));
    }

    [Theory]
    [InlineData("report.html")]
    [InlineData("manifest.json")]
    public async Task After_a_crash_between_the_last_trial_and_the_version_nothing_is_trained_again(string killedAt)
    {
        var undisturbed = await UndisturbedAsync();
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        product.Store.FailToWrite(killedAt);
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));

        await using var next = new Product(product.Folder);
        var trained = Trained(next);
        var record = await next.RunAsync("lines", "a.csv");

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.Empty(trained);
        Assert.Equal(undisturbed, await DescribeAsync(next, record.Version!.Value));
        Assert.Empty(await next.ListAsync(BlobPaths.Checkpoints("lines")));
    }

    [Fact]
    public async Task A_checkpoint_that_a_crash_left_beside_the_record_is_removed_by_the_next_event()
    {
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        product.Store.FailToWrite("monitoring/lines/runs/");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));
        // Five trials, and the best one's scorer.
        Assert.Equal(6, (await product.ListAsync(BlobPaths.Checkpoints("lines"))).Count);
        product.Store.Writing = null;

        Assert.Equal(RunOutcome.Promoted, (await product.RunAsync("lines", "a.csv")).Outcome);
        Assert.Empty(await product.ListAsync(BlobPaths.Checkpoints("lines")));
    }

    [Fact]
    public async Task A_missing_scorer_or_unreadable_trial_is_trained_again_to_the_same_bytes()
    {
        var undisturbed = await UndisturbedAsync();
        await using var product = new Product();
        await product.DropAsync("lines", "a.csv", SmallData.Line(3), Definition);
        product.Store.FailToWrite("model.bin");
        await Assert.ThrowsAsync<IOException>(() => product.RunAsync("lines", "a.csv"));
        product.Store.Writing = null;
        var names = await product.ListAsync(BlobPaths.Checkpoints("lines"));
        await product.Store.DeleteAsync(names.Single(n => n.EndsWith(".scorer", StringComparison.Ordinal)), Cancelled);
        await product.WriteAsync(
            names.Single(n => n.EndsWith("0003.json", StringComparison.Ordinal)), """{"number": 3}""");

        await product.RunAsync("lines", "a.csv");

        Assert.Equal(undisturbed, await DescribeAsync(product));
    }

    [Fact]
    public async Task Halving_is_told_in_manifest_and_report_and_its_version_can_be_rebuilt()
    {
        await using var product = new Product();
        var rows = new StringBuilder("x,z,y\n");
        var random = new SplitMix64(1);
        for (var i = 0; i < 40_000; i++)
        {
            var (x, z) = (random.NextDouble(), random.NextDouble());
            rows.Append(
                CultureInfo.InvariantCulture,
                $"{x:0.####},{z:0.####},{(3 * x) + (z > 0.5 ? 1 : 0) + random.NextDouble():0.####}\n");
        }

        await product.TrainAsync(
            "lines", "a.csv", rows.ToString(), """{"label": "y", "training": {"trainers": ["linear"], "trials": 4}}""");

        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal([0, 0, 0, 0, 1], manifest.Trials.Select(t => t.Rung));
        Assert.Equal(manifest.Rows.Train, manifest.Trials[4].Rows);
        Assert.All(manifest.Trials.Take(4), t => Assert.Equal((manifest.Rows.Train + 3) / 4, t.Rows));
        var rebuild = await product.Get<VersionRebuilder>().RebuildAsync(manifest, 1, Cancelled);
        Assert.Equal(new Rebuild(ModelFile.Hash(await ModelFileAsync(product, 1)), null), rebuild);
        var report = await product.ReadAsync(BlobPaths.Report("lines", 1));
        Assert.Contains("At first each learned from a part of the rows", report, StringComparison.Ordinal);
        Assert.Matches("<tr class=\"decides\"><th scope=\"row\">4 ✓</th>", report);
    }

    private static async Task<string> UndisturbedAsync()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), Definition);
        return await DescribeAsync(product);
    }

    private static async Task<string> DescribeAsync(Product product, int version = 1)
    {
        var manifest = (await product.Registry.GetAsync("lines", version, Cancelled))!;
        var trials = manifest.Trials.Select(
            t => $"{t.Number} {t.Rung} {t.Rows} {t.Trainer} {t.Hyperparameters} {t.Score:R} {t.Error}\n");
        return $"{string.Concat(trials)}{Convert.ToHexString(await ModelFileAsync(product, version))}";
    }

    private static async Task<byte[]> ModelFileAsync(Product product, int version) =>
        (await product.Store.ReadAllAsync(BlobPaths.ModelFile("lines", version), 1 << 28, Cancelled))!.Value.Bytes;

    /// <summary>Does something when a trial begins, the first time or every time.</summary>
    private static void When(Product product, int trial, Action action, bool every = false)
    {
        var done = false;
        product.Get<RunFeed>().Updated += update =>
        {
            if ((done && !every) || Began(update) != trial) return;
            done = true;
            action();
        };
    }

    /// <summary>Numbers of the trials that begin from now on, as they begin.</summary>
    private static ConcurrentQueue<int> Trained(Product product)
    {
        var trained = new ConcurrentQueue<int>();
        product.Get<RunFeed>().Updated += update =>
        {
            if (Began(update) is { } trial && !trained.Contains(trial)) trained.Enqueue(trial);
        };
        return trained;
    }

    private static int? Began(RunUpdate update) =>
        TrialMessage().Match(update.Message) is { Success: true } match
            ? int.Parse(match.Groups["trial"].Value, CultureInfo.InvariantCulture) - 1
            : null;

    [GeneratedRegex("^trial (?<trial>[0-9]+) of ", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrialMessage();
}
