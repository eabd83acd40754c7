using Serverless.Learning.Binning;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Calibration;

public class CalibrationTests
{
    [Fact]
    public void Platt_undoes_a_stretch_and_a_shift_of_the_log_odds()
    {
        var (outputs, labels) = Stretched(20_000, seed: 1, p => (3 * Logit(p)) + 1);

        var platt = PlattCalibrator.Fit(outputs, labels)!;

        Assert.Equal(1.0 / 3, platt.Slope, 0.02);
        Assert.Equal(-1.0 / 3, platt.Intercept, 0.05);
    }

    [Fact]
    public void Isotonic_finds_a_curve_that_no_stretch_could_undo()
    {
        var (outputs, labels) = Stretched(40_000, seed: 2, p => Logit(p < 0.5 ? p * 0.2 : 0.1 + ((p - 0.5) * 1.8)));

        var isotonic = IsotonicCalibrator.Fit(outputs, labels);

        foreach (var truth in (double[])[0.1, 0.3, 0.5, 0.7, 0.9])
        {
            double[] output = [truth < 0.5 ? truth * 0.2 : 0.1 + ((truth - 0.5) * 1.8)];
            isotonic.Apply(output);
            Assert.Equal(truth, output[0], 0.06);
        }
    }

    [Fact]
    public void Isotonic_blocks_are_the_ascending_means_that_least_squares_wants()
    {
        double[] outputs = [0.1, 0.2, 0.3, 0.4, 0.4, 0.6, 0.7, 0.8];
        float[] labels = [0, 1, 0, 0, 1, 0, 1, 1];

        var isotonic = IsotonicCalibrator.Fit(outputs, labels);

        // 0 | 1 0 0 1 0 are pooled to 2/5 | 1 1; the outer frequencies stay off 0 and 1.
        Assert.Equal([0, 0.1, 0.38, 0.75, 1], isotonic.X.Select(x => Math.Round(x, 10)));
        Assert.Equal([0.05, 0.1, 0.4, 0.9, 0.95], isotonic.Y.Select(y => Math.Round(y, 10)));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(2.5)]
    public void A_temperature_undoes_a_power(double power)
    {
        var (outputs, labels) = Heated(20_000, seed: 3, power);

        Assert.Equal(power, TemperatureCalibrator.Fit(outputs, labels).Temperature, 0.03 * power);
    }

    [Fact]
    public void Ranks_stay_and_with_them_the_auc()
    {
        var random = new SplitMix64(4);
        var sample = PredictionSamples.NoisyBinary(PredictionSamples.BinaryLabels(3000, 0.2, random), 2, random);
        Calibrator[] calibrators = [
            PlattCalibrator.Fit(sample.Outputs, sample.Labels)!, IsotonicCalibrator.Fit(sample.Outputs, sample.Labels)];

        Assert.All(calibrators, c => Assert.Equal(
            new Auc().Compute(sample), new Auc().Compute(sample with { Outputs = Applied(c, sample.Outputs, 1) })));
    }

    [Fact]
    public void The_likeliest_class_stays_and_probabilities_add_up_to_one()
    {
        var (outputs, labels) = Heated(2000, seed: 5, 3);
        var after = Applied(TemperatureCalibrator.Fit(outputs, labels), outputs, 3);
        for (var row = 0; row < labels.Length; row++)
        {
            var before = outputs.AsSpan(row * 3, 3);
            var now = after.AsSpan(row * 3, 3);
            Assert.Equal(PredictedClass.Of(ModelTask.Multiclass, before), PredictedClass.Of(ModelTask.Multiclass, now));
            Assert.Equal(1, now[0] + now[1] + now[2], 1e-12);
        }
    }

    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Honest_probabilities_are_left_alone_but_for_one_sample_in_twenty(ModelTask task)
    {
        var calibrated = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            var (outputs, labels) = task == ModelTask.Binary ? Stretched(400, seed, Logit) : Heated(400, seed, 1);
            if (CalibrationFit.Choose(task, outputs, labels, 42).Calibrator is not null) calibrated++;
        }

        Assert.InRange(calibrated, 0, 5);
    }

    [Fact]
    public void Rows_that_were_not_looked_at_confirm_the_choice()
    {
        var (outputs, labels) = Stretched(2000, seed: 6, p => 3 * Logit(p));
        var (others, otherLabels) = Stretched(2000, seed: 7, p => 3 * Logit(p));

        var result = CalibrationFit.Choose(ModelTask.Binary, outputs, labels, 42);

        Assert.IsType<PlattCalibrator>(result.Calibrator);
        var after = PredictionSamples.Binary(otherLabels, Applied(result.Calibrator, others, 1));
        var before = new LogLoss().Compute(PredictionSamples.Binary(otherLabels, others));
        Assert.True(new LogLoss().Compute(after) < 0.8 * before);
        Assert.Equal(new LogLoss().Compute(after), result.LossAfter!.Value, 0.03);
    }

    [Fact]
    public void A_bend_is_left_to_isotonic_where_there_are_rows_enough()
    {
        var (outputs, labels) = Stretched(20_000, seed: 8, p => Logit(p < 0.5 ? p * 0.2 : 0.1 + ((p - 0.5) * 1.8)));

        Assert.IsType<IsotonicCalibrator>(CalibrationFit.Choose(ModelTask.Binary, outputs, labels, 42).Calibrator);
    }

    [Fact]
    public void Too_few_rows_or_rows_of_one_class_say_nothing()
    {
        var (outputs, labels) = Stretched(49, seed: 9, p => 9 * Logit(p));
        Assert.Null(CalibrationFit.Choose(ModelTask.Binary, outputs, labels, 42).Calibrator);
        Assert.Null(CalibrationFit.Choose(ModelTask.Binary, [], [], 42).Calibrator);
        (outputs, labels) = Stretched(500, seed: 9, p => 9 * Logit(p));
        Assert.Null(CalibrationFit.Choose(ModelTask.Binary, outputs, new float[500], 42).Calibrator);
    }

    [Fact]
    public void Certainties_and_constants_are_fitted_without_a_number_that_is_none()
    {
        var random = new SplitMix64(10);
        var labels = PredictionSamples.BinaryLabels(300, 0.3, random);
        foreach (var outputs in (double[][])[Array.ConvertAll(labels, l => (double)l),
            Array.ConvertAll(labels, l => 1.0 - l), new double[300], [.. Enumerable.Repeat(0.3, 300)]])
        {
            Calibrator?[] fitted = [PlattCalibrator.Fit(outputs, labels), IsotonicCalibrator.Fit(outputs, labels)];
            foreach (var calibrator in fitted)
            {
                if (calibrator is not null)
                {
                    Assert.All(Applied(calibrator, [0, 1e-300, 0.3, 1 - 1e-16, 1], 1), p => Assert.InRange(p, 0, 1));
                }
            }
        }

        double[] oneHot = [.. Enumerable.Range(0, 900).Select(i => i / 3 % 3 == i % 3 ? 1.0 : 0)];
        var certain = TemperatureCalibrator.Fit(oneHot, [.. Enumerable.Range(0, 300).Select(i => (float)(i * 7 % 3))]);
        Assert.All(Applied(certain, [1, 0, 0], 3), p => Assert.InRange(p, 0, 1));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void A_model_file_keeps_each_kind_of_calibrator_and_answers_as_before(string trainer)
    {
        foreach (var calibrator in (Calibrator[])[new PlattCalibrator(0.5, -1),
            new IsotonicCalibrator([0, 0.25, 1], [0.1, 0.1, 0.9]), new TemperatureCalibrator(2)])
        {
            var data = Synthetic.Make(calibrator.Task, 300, seed: 1, classes: 3);
            var scorer = new CalibratedScorer(
                Synthetic.Train(trainer, data, data, change: Synthetic.Short), calibrator);
            var file = ModelFile.Write(Signature(calibrator.Task), Profile, scorer);

            var read = ModelFile.Read(file, Synthetic.Trainers);

            Assert.Equal(calibrator.Parameters, Assert.IsType<CalibratedScorer>(read.Scorer).Calibrator.Parameters);
            Assert.Equal(scorer.ScoreAll(data.Features), read.Scorer.ScoreAll(data.Features));
            Assert.NotEqual(scorer.Inner.ScoreAll(data.Features), read.Scorer.ScoreAll(data.Features));
            Assert.Equal(OneByOne(scorer, data), read.Scorer.ScoreAll(data.Features));
            Assert.Equal(file, ModelFile.Write(read.Signature, read.Profile, read.Scorer));
        }
    }

    [Fact]
    public void A_calibrator_of_another_task_or_with_other_numbers_is_refused()
    {
        var data = Synthetic.Make(ModelTask.Binary, 300, seed: 1);
        var file = ModelFile.Write(
            Signature(ModelTask.Binary), Profile,
            new CalibratedScorer(Synthetic.Train("linear", data, data), new TemperatureCalibrator(2)));

        var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(file, Synthetic.Trainers));

        Assert.Equal(
            "Expected a calibrator for binary, as the signature has it, found one named 'temperature'.", error.Message);
        foreach (var calibrator in (Calibrator[])[new PlattCalibrator(0.5, -1),
            new IsotonicCalibrator([0, 0.25, 1], [0.1, 0.2, 0.9]), new TemperatureCalibrator(2)])
        {
            using var stream = new MemoryStream();
            calibrator.Save(stream);
            var payload = stream.ToArray();
            Assert.Throws<InvalidDataException>(() => Calibrator.Load(payload.AsSpan(..^1)));
            Array.Fill(payload, (byte)0xFF, payload.Length - sizeof(double), sizeof(double));
            Assert.Throws<InvalidDataException>(() => Calibrator.Load(payload));
        }
    }

    private static readonly ReferenceProfile Profile = new() { Features = [], PredictedClasses = [] };

    private static Signature Signature(ModelTask task) => new()
    {
        Task = task,
        Label = "label",
        Classes = task == ModelTask.Binary ? ["no", "yes"] : ["a", "b", "c"],
        Features = [.. Synthetic.Slots.Select(s => new SignatureFeature { Name = s.Name, Type = ColumnType.Numeric })],
    };

    private static double Logit(double p) => Math.Log(p / (1 - p));

    /// <summary>Labels of known probabilities; the model outputs a function of their log-odds.</summary>
    private static (double[] Outputs, float[] Labels) Stretched(int rows, ulong seed, Func<double, double> logOdds)
    {
        var random = new SplitMix64(SplitMix64.Mix(seed));
        var (outputs, labels) = (new double[rows], new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            var p = 0.02 + (0.96 * random.NextDouble());
            outputs[i] = DeterministicMath.Sigmoid(logOdds(p));
            labels[i] = random.NextDouble() < p ? 1 : 0;
        }

        return (outputs, labels);
    }

    /// <summary>
    /// Three classes of known probabilities, output with logarithms scaled by <paramref name="power"/>.
    /// </summary>
    private static (double[] Outputs, float[] Labels) Heated(int rows, ulong seed, double power)
    {
        var random = new SplitMix64(SplitMix64.Mix(seed));
        var (outputs, labels) = (new double[rows * 3], new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            double[] scores =
                [PredictionSamples.Normal(random), PredictionSamples.Normal(random), PredictionSamples.Normal(random)];
            double[] truth = [.. scores];
            DeterministicMath.Softmax(truth);
            var draw = random.NextDouble();
            labels[i] = draw < truth[0] ? 0 : draw < truth[0] + truth[1] ? 1 : 2;
            for (var k = 0; k < 3; k++) outputs[(i * 3) + k] = power * scores[k];
            DeterministicMath.Softmax(outputs.AsSpan(i * 3, 3));
        }

        return (outputs, labels);
    }

    private static double[] OneByOne(Scorer scorer, TrainingData data)
    {
        var (slots, outputs) = (
            new float[data.Features.Slots.Count], new double[data.Labels.Length * scorer.OutputCount]);
        for (var row = 0; row < data.Labels.Length; row++)
        {
            data.Features.CopyRow(row, slots);
            scorer.Score(slots, outputs.AsSpan(row * scorer.OutputCount, scorer.OutputCount));
        }

        return outputs;
    }

    private static double[] Applied(Calibrator calibrator, double[] outputs, int width)
    {
        double[] after = [.. outputs];
        for (var i = 0; i < after.Length; i += width) calibrator.Apply(after.AsSpan(i, width));
        return after;
    }
}
