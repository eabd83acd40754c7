using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public class GradientBoostingTrainerTests
{
    [Fact]
    public void Learns_curves_steps_categories_and_missing_values_of_a_regression()
    {
        var data = Synthetic.Make(ModelTask.Regression, 6000, seed: 1);
        var (train, validation, test) = (data.Take(0, 4000), data.Take(4000, 5000), data.Take(5000, 6000));

        var trees = Synthetic.Train("gbt", train, validation, threads: 2);

        // Missing values and noise limit the explainable variance to 0.965.
        Assert.InRange(Synthetic.R2(trees, test), 0.945, 0.97);
        Assert.InRange(Synthetic.R2(Synthetic.Train("linear", train, validation), test), 0.1, 0.6);
    }

    [Theory]
    [InlineData(ModelTask.Binary, 0.90)]
    [InlineData(ModelTask.Multiclass, 0.72)]
    public void Learns_classes(ModelTask task, double accuracy)
    {
        var data = Synthetic.Make(task, 6000, seed: 2);
        var test = data.Take(5000, 6000);

        var trees = Synthetic.Train("gbt", data.Take(0, 4000), data.Take(4000, 5000), threads: 2);

        Assert.InRange(Synthetic.Accuracy(trees, test), accuracy, 1);
        Assert.True(Synthetic.Accuracy(trees, test) > Synthetic.Accuracy(
            Synthetic.Train("linear", data.Take(0, 4000), test), test) + 0.05);
    }

    [Fact]
    public void Features_that_decide_nothing_have_little_importance()
    {
        var data = Synthetic.Make(ModelTask.Regression, 4000, seed: 3);

        var importance = Synthetic.Train("gbt", data.Take(0, 3000), data.Take(3000, 4000)).SlotImportance;

        Assert.True(importance[0] > importance[1] && importance[1] > 20 * importance[3], string.Join(" ", importance));
        Assert.True(importance[2] > 10 * importance[5], string.Join(" ", importance));
    }

    [Fact]
    public void Stops_early_where_there_is_nothing_to_learn()
    {
        var random = new SplitMix64(4);
        float[] Column() => [.. Enumerable.Range(0, 2000).Select(_ => (float)random.NextDouble())];
        var data = Synthetic.Numeric(ModelTask.Regression, [Column(), Column()], Column());
        var rounds = new List<double>();
        var trainer = new GradientBoostingTrainer();
        var context = new TrainingContext(1, 1, new Collect(rounds));

        var scorer = trainer.Train(data.Take(0, 1500), data.Take(1500, 2000), trainer.Defaults(data.Task), context);

        Assert.InRange(rounds.Count, 21, 60); // of 300 allowed: patience, and a few rounds of luck
        Assert.InRange(Synthetic.R2(scorer, data.Take(1500, 2000)), -0.005, 0.05);
        Assert.Equal(1, rounds[^1]);
    }

    [Fact]
    public void Keeps_the_rounds_that_were_best_on_the_validation_rows()
    {
        var data = Synthetic.Make(ModelTask.Binary, 1500, seed: 5);
        var (train, validation) = (data.Take(0, 1000), data.Take(1000, 1500));

        var stopped = Synthetic.Train("gbt", train, validation);
        var everyRound = Synthetic.Train("gbt", train, validation.Take(0, 0));

        Assert.True(Synthetic.Bytes(stopped).Length < Synthetic.Bytes(everyRound).Length);
        Assert.True(LogLoss(stopped, validation) < LogLoss(everyRound, validation));
    }

    [Fact]
    public void A_category_that_training_never_saw_and_a_missing_one_are_scored()
    {
        var slots = new[] { new Slot("colour", 0, 3) };
        float[] colour = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 3 ? float.NaN : i % 4)];
        var data = new TrainingData(
            ModelTask.Regression, new FeatureMatrix(slots, [colour], 400),
            [.. colour.Select(c => float.IsNaN(c) ? 40 : c * 10)], 0);
        var output = new double[1];

        var scorer = Synthetic.Train("gbt", data, data);

        foreach (var (value, expected) in new[] { (0f, 0.0), (1f, 10.0), (2f, 20.0), (float.NaN, 40.0) })
        {
            scorer.Score([value], output);
            Assert.Equal(expected, output[0], 0.5);
        }

        scorer.Score([3], output);
        Assert.InRange(output[0], 0, 40);
    }

    [Fact]
    public void A_missing_value_that_training_never_saw_goes_with_the_majority()
    {
        float[] x = [.. Enumerable.Range(0, 400).Select(i => (float)i)];
        var data = Synthetic.Numeric(ModelTask.Regression, [x], [.. x.Select(v => v < 100 ? 0f : 1f)]);
        var output = new double[1];

        Synthetic.Train("gbt", data, data).Score([float.NaN], output);

        Assert.Equal(1, output[0], 0.01);
    }

    [Fact]
    public void A_cancelled_training_ends()
    {
        var data = Synthetic.Make(ModelTask.Regression, 500, seed: 6);
        using var source = new CancellationTokenSource();
        var context = new TrainingContext(1, 1, new Callback(done =>
        {
            if (done > 0.1) source.Cancel();
        }), source.Token);
        var trainer = new GradientBoostingTrainer();

        Assert.Throws<OperationCanceledException>(
            () => trainer.Train(data, data, trainer.Defaults(data.Task), context));
    }

    [Fact]
    public void Samples_of_hyperparameters_come_from_the_seed_alone_and_all_train()
    {
        var data = Synthetic.Make(ModelTask.Binary, 600, seed: 7);
        var trainer = new GradientBoostingTrainer();
        for (var seed = 0UL; seed < 8; seed++)
        {
            var sample = trainer.Sample(ModelTask.Binary, new SplitMix64(seed));
            Assert.Equal(sample, trainer.Sample(ModelTask.Binary, new SplitMix64(seed)));
            var scorer = trainer.Train(data.Take(0, 400), data.Take(400, 600), sample, new TrainingContext(1, 1));
            Assert.InRange(Synthetic.Accuracy(scorer, data.Take(400, 600)), 0.8, 1);
        }
    }

    private static double LogLoss(Scorer scorer, TrainingData data) => scorer.ScoreAll(data.Features)
        .Zip(data.Labels, (p, l) => -Math.Log(l == 1 ? p : 1 - p)).Average();

    private sealed class Collect(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }

    private sealed class Callback(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }

    [Fact]
    public void An_uninformative_slot_of_many_categories_does_not_beat_an_informative_one()
    {
        const int Rows = 4000;
        var random = new SplitMix64(4);
        var (many, few, labels) = (new float[Rows], new float[Rows], new float[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            many[row] = random.NextInt32(200);
            few[row] = random.NextInt32(3);
            labels[row] = random.NextDouble() < 0.07 + (0.04 * few[row]) ? 1 : 0;
        }

        var features = new FeatureMatrix([new Slot("many", 0, 200), new Slot("few", 1, 3)], [many, few], Rows);
        var data = new TrainingData(ModelTask.Binary, features, labels, 2);
        var scorer = Synthetic.Train("gbt", data, data.Take(0, 0), change: h => h["num_iterations"] = 10);

        Assert.True(scorer.SlotImportance[1] > 5 * scorer.SlotImportance[0], string.Join(' ', scorer.SlotImportance));
    }
}
