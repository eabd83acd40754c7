using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Calibration;
using Serverless.Learning.Gate;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class CandidateCalibrationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trainer_that_is_too_sure_of_itself_is_corrected_wherever_it_answers()
    {
        await using var product = new Product(more: new OverconfidentTrainer());
        await product.TrainAsync("flips", "a.csv", Flips(), Definition(""));

        var manifest = (await product.Registry.GetAsync("flips", 1, Cancelled))!;
        Assert.Equal("platt", manifest.Calibration!.Method);
        Assert.Equal(manifest.Rows.Validation, manifest.Calibration.Rows);
        Assert.True(manifest.Calibration.LogLossAfter < 0.9 * manifest.Calibration.LogLossBefore);
        Assert.InRange(manifest.Verdict.Candidate["calibrationError"], 0, 0.05); // the gate saw it corrected

        var bytes = await product.Store.ReadAllAsync(BlobPaths.ModelFile("flips", 1), 1 << 20, Cancelled);
        var loaded = ModelFile.Read(bytes!.Value.Bytes, [new OverconfidentTrainer()]);
        Assert.InRange(
            Assert.IsType<PlattCalibrator>(Assert.IsType<CalibratedScorer>(loaded.Scorer).Calibrator).Slope, 0.2, 0.32);

        // x = 8 is 'yes' in 80 % of the rows; four times as sure would be 99.6 %.
        var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync("flips", """{"x": 8}"""));
        var probability = JsonDocument.Parse(answered.Json).RootElement.GetProperty("predictions")[0].GetProperty(
            "probabilities").GetProperty("yes").GetDouble();
        Assert.InRange(probability, 0.7, 0.9);

        await using var other = new Product(product.Folder, more: new OverconfidentTrainer());
        var rebuild = await other.Get<VersionRebuilder>().RebuildAsync(manifest, 2, Cancelled);
        Assert.Equal(new Rebuild(manifest.ModelHash, null), rebuild);
        Assert.Contains(
            "corrected by Platt", await product.ReadAsync(BlobPaths.Report("flips", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibration_none_leaves_the_probabilities_as_they_are()
    {
        await using var product = new Product(more: new OverconfidentTrainer());
        await product.TrainAsync("flips", "a.csv", Flips(), Definition(", \"calibration\": \"none\""));

        var manifest = (await product.Registry.GetAsync("flips", 1, Cancelled))!;
        Assert.Null(manifest.Calibration);
        Assert.True(manifest.Verdict.Candidate["calibrationError"] > 0.08);
    }

    [Fact]
    public async Task An_explanation_of_a_trainer_that_has_none_is_refused_by_name()
    {
        await using var product = new Product(more: new OverconfidentTrainer());
        await product.TrainAsync("flips", "a.csv", Flips(), Definition(""));

        var outcome = await product.PredictAsync("flips", """{"x": 8}""", explain: true);

        Assert.Equal(new PredictOutcome.NotExplainable("overconfident", 1), outcome);
    }

    private static string Definition(string more) =>
        $$$"""{"label": "y", "task": "binary", "training": {"trainers": ["overconfident"], "trials": 1{{{more}}} } }""";

    /// <summary>'yes' with probability sigmoid((x − 5) · 0.46).</summary>
    private static string Flips()
    {
        var random = new SplitMix64(1);
        var csv = new StringBuilder("x,y\n");
        for (var i = 0; i < 6000; i++)
        {
            var x = random.NextDouble() * 10;
            var yes = random.NextDouble() < DeterministicMath.Sigmoid((x - 5) * 0.46);
            csv.Append(CultureInfo.InvariantCulture, $"{x:0.####},{(yes ? "yes" : "no")}\n");
        }

        return csv.ToString();
    }
}
