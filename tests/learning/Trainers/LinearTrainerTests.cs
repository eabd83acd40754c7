using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public class LinearTrainerTests
{
    [Fact]
    public void Finds_the_coefficients_that_made_the_label()
    {
        var random = new SplitMix64(3);
        float[] a = [.. Enumerable.Range(0, 500).Select(_ => (float)(random.NextDouble() * 1000))];
        float[] b = [.. Enumerable.Range(0, 500).Select(_ => (float)random.NextDouble())];
        float[] y = [.. a.Zip(b, (x, z) => (2 * x) - (30 * z) + 5)];
        var data = Synthetic.Numeric(ModelTask.Regression, [a, b], y);
        var output = new double[1];

        var scorer = Synthetic.Train("linear", data, data, change: h => h["alpha"] = 1e-9);

        foreach (var (x, z) in new[] { (0f, 0f), (100f, 1f), (2000f, -3f) })
        {
            scorer.Score([x, z], output);
            Assert.Equal((2 * x) - (30 * z) + 5, output[0], 0.01);
        }
    }

    [Fact]
    public void Ridge_agrees_with_its_closed_form_for_one_feature()
    {
        var data = Synthetic.Numeric(ModelTask.Regression, [[1, 2, 3, 4]], [1, 3, 2, 6]);
        var output = new double[1];

        Synthetic.Train("linear", data, data, change: h => h["alpha"] = 0.5).Score([5], output);

        // Deviation of x is sqrt(1.25), covariance 1.75: slope 1.75 / (1.25 (1 + alpha)) around the means 2.5 and 3.
        Assert.Equal(3 + (2.5 * 1.75 / (1.25 * 1.5)), output[0], 1e-6);
    }

    [Fact]
    public void Both_solvers_of_the_ridge_find_the_same_minimum()
    {
        var data = Synthetic.Make(ModelTask.Regression, 600, seed: 1);
        var target = data with { Labels = [.. data.Labels.Select(l => (l - 100) / 10)] };
        var design = LinearDesign.Fit(target.Features, 1);
        var context = new TrainingContext(1, 1);
        var loss = new LinearLoss(design, target, 0.01, context);

        var exact = RidgeSolver.Solve(design, target, 0.01, context);
        var iterated = new LimitedMemoryBfgs(500).Minimize(loss.Start(), loss.Evaluate, _ => { });

        Assert.All(exact.Zip(iterated), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void The_gradient_of_the_loss_is_its_derivative()
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Make(task, 200, seed: 2);
            var loss = new LinearLoss(LinearDesign.Fit(data.Features, 1), data, 0.1, new TrainingContext(1, 1));
            var random = new SplitMix64(4);
            double[] at = [.. loss.Start().Select(p => p + random.NextDouble() - 0.5)];
            var gradient = new double[at.Length];
            loss.Evaluate(at, gradient);

            for (var i = 0; i < at.Length; i++)
            {
                double At(double shift)
                {
                    var moved = at.ToArray();
                    moved[i] += shift;
                    return loss.Evaluate(moved, new double[at.Length]);
                }

                Assert.Equal((At(1e-4) - At(-1e-4)) / 2e-4, gradient[i], 1e-5 * Math.Max(1, Math.Abs(gradient[i])));
            }
        }
    }

    [Fact]
    public void Probabilities_match_the_classes_shares_where_features_say_nothing()
    {
        var data = Synthetic.Make(ModelTask.Multiclass, 300, seed: 5, classes: 3);
        var blind =
            data with { Features = Synthetic.Numeric(ModelTask.Regression, [new float[300]], data.Labels).Features };
        var outputs = new double[3];

        Synthetic.Train("linear", blind, blind).Score([0], outputs);

        for (var k = 0; k < 3; k++) Assert.Equal(data.Labels.Count(l => l == k) / 300.0, outputs[k], 1e-5);
    }

    [Fact]
    public void Missing_values_have_a_weight_only_if_training_saw_one()
    {
        var random = new SplitMix64(6);
        float[] x = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? float.NaN : (float)random.NextDouble())];
        float[] full = [.. Enumerable.Range(0, 400).Select(_ => (float)random.NextDouble())];
        float[] y = [.. x.Select(v => float.IsNaN(v) ? 50f : v)];
        var data = Synthetic.Numeric(ModelTask.Regression, [x, full], y);
        var (missing, average) = (new double[1], new double[1]);

        var scorer = Synthetic.Train("linear", data, data, change: h => h["alpha"] = 1e-8);

        scorer.Score([float.NaN, 0.5f], missing);
        Assert.Equal(50, missing[0], 0.1);
        scorer.Score([0.5f, float.NaN], missing);
        scorer.Score([0.5f, full.Average()], average);
        Assert.Equal(average[0], missing[0], 1e-4);
    }

    [Fact]
    public void Importance_follows_how_much_a_slot_moves_the_prediction()
    {
        var random = new SplitMix64(8);
        float[] Column() => [.. Enumerable.Range(0, 300).Select(_ => (float)random.NextDouble())];
        var (strong, weak, none) = (Column(), Column(), Column());
        var data = Synthetic.Numeric(
            ModelTask.Regression, [none, strong, weak], [.. strong.Zip(weak, (s, w) => (10 * s) + w)]);

        var importance = Synthetic.Train("linear", data, data).SlotImportance;

        Assert.Equal(10, importance[1] / importance[2], 1.5);
        Assert.True(importance[0] < importance[2] / 10);
    }
}
