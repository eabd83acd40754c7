using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Objectives;

public class ObjectiveTests
{
    [Fact]
    public void The_absolute_error_is_not_moved_by_far_off_labels()
    {
        var random = new SplitMix64(1);
        float[] x = [.. Enumerable.Range(0, 4000).Select(_ => (float)random.NextDouble())];
        float[] labels = [.. x.Select(v => v < 0.5 ? 10f : 20f)];
        for (var i = 0; i < labels.Length; i += 20) labels[i] = 1e6f;
        var data = Synthetic.Numeric(ModelTask.Regression, [x], labels);

        Assert.Equal(10, Ask(Train(data, TrainingObjective.AbsoluteError), 0.2f), 0.5);
        Assert.Equal(20, Ask(Train(data, TrainingObjective.AbsoluteError), 0.8f), 0.5);
        Assert.True(Ask(Train(data, TrainingObjective.SquaredError), 0.2f) > 1e4);
    }

    [Fact]
    public void Poisson_learns_the_mean_of_counts_and_never_answers_below_zero()
    {
        var random = new SplitMix64(2);
        float[] x = [.. Enumerable.Range(0, 20_000).Select(_ => (float)random.NextDouble())];
        float[] labels = [.. x.Select(v => (float)Count(random, v < 0.5 ? 0.2 : 6))];
        var data = Synthetic.Numeric(ModelTask.Regression, [x], labels);

        var scorer = Train(data, TrainingObjective.Poisson);

        Assert.Equal(labels.Where((_, i) => x[i] < 0.5).Average(), Ask(scorer, 0.25f), 0.08);
        Assert.Equal(labels.Where((_, i) => x[i] >= 0.5).Average(), Ask(scorer, 0.75f), 0.4);
        Assert.All(scorer.ScoreAll(data.Features), mean => Assert.True(mean > 0));
    }

    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void A_class_that_counts_more_is_answered_more_often(ModelTask task)
    {
        var data = Synthetic.Make(task, 4000, seed: 3);
        double[] weights = [.. Enumerable.Range(0, data.ClassCount).Select(c => c == 1 ? 5.0 : 1)];
        var (plain, weighted) = (
            Train(data, null), Train(data with { Goal = new LearningGoal { ClassWeights = weights } }, null));

        double OfOne(Scorer scorer)
        {
            var outputs = scorer.ScoreAll(data.Features);
            return Enumerable.Range(0, 4000)
                .Average(row => outputs[(row * scorer.OutputCount) + (scorer.OutputCount == 1 ? 0 : 1)]);
        }

        Assert.True(OfOne(weighted) > OfOne(plain) + 0.01, $"{OfOne(weighted)} and {OfOne(plain)}");
    }

    [Fact]
    public void Weights_of_one_change_nothing()
    {
        var data = Synthetic.Make(ModelTask.Multiclass, 1000, seed: 4);
        var weighted = data with { Goal = new LearningGoal { ClassWeights = [1, 1, 1, 1] } };

        Assert.Equal(Synthetic.Bytes(Train(data, null)), Synthetic.Bytes(Train(weighted, null)));
    }

    [Theory]
    [InlineData(Monotone.Increasing)]
    [InlineData(Monotone.Decreasing)]
    public void Predictions_keep_the_direction_of_a_feature(Monotone direction)
    {
        var data = Synthetic.Make(ModelTask.Regression, 4000, seed: 5);
        var bound = data with { Goal = new LearningGoal { Monotone = [direction, null, null, null, direction, null] } };
        var sign = direction == Monotone.Increasing ? 1 : -1;

        Assert.True(Breaches(Train(data, null), data, sign) > 0);
        Assert.Equal(0, Breaches(Train(bound, null), data, sign));
        Assert.True(Synthetic.R2(Train(bound, null), data) > 0.2);
    }

    [Fact]
    public void Depth_wise_trees_fill_one_level_after_the_other()
    {
        var data = Synthetic.Make(ModelTask.Regression, 4000, seed: 6);
        int Depth(double depthWise, double maxDepth = 0) =>
            ((TreeEnsemble)Synthetic.Train("gbt", data, data.Take(0, 0), change: h =>
            {
                (h["num_iterations"], h["num_leaves"], h["depth_wise"], h["max_depth"]) = (5, 16, depthWise, maxDepth);
            })).Trees.Max(Levels);

        Assert.True(Depth(depthWise: 0) > 4);
        Assert.InRange(Depth(depthWise: 1), 4, 5);
        Assert.Equal(3, Depth(depthWise: 0, maxDepth: 3));
    }

    [Fact]
    public void Rows_together_get_the_scores_of_rows_alone()
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            foreach (var (leaves, slots) in new[] { (31, 6), (31, 2), (90, 6) })
            {
                // The first two slots are numeric; with all six, trees split on categories too.
                var made = Synthetic.Make(task, 700, seed: 7);
                var data = made with
                {
                    Features = new FeatureMatrix(
                    [.. made.Features.Slots.Take(slots)], made.Features.Columns[..slots], 700)
                };
                var scorer = Synthetic.Train("gbt", data, data.Take(0, 0), change: h =>
                    (h["num_iterations"], h["num_leaves"], h["min_data_in_leaf"]) = (13, leaves, 3));
                var rows = new float[700 * slots];
                for (var row = 0; row < 700; row++) data.Features.CopyRow(row, rows.AsSpan(row * slots, slots));
                foreach (var count in new[] { 700, 77, 8, 3, 0 })
                {
                    var (many, alone) = (
                        new double[count * scorer.OutputCount], new double[count * scorer.OutputCount]);
                    scorer.ScoreMany(rows.AsSpan(0, count * slots), many);
                    for (var row = 0; row < count; row++)
                    {
                        scorer.Score(rows.AsSpan(row * slots, slots),
                            alone.AsSpan(row * scorer.OutputCount, scorer.OutputCount));
                    }

                    Assert.Equal(alone, many);
                }
            }
        }
    }

    private static int Breaches(Scorer scorer, TrainingData data, int sign)
    {
        var breaches = 0;
        var (slots, output) = (new float[data.Features.Slots.Count], new double[1]);
        for (var row = 0; row < 200; row++)
        {
            data.Features.CopyRow(row, slots);
            foreach (var (slot, from, to) in new[] { (0, -2f, 2f), (4, 0f, 4f) })
            {
                var (own, last) = (slots[slot], double.NegativeInfinity);
                for (var step = 0; step <= 40; step++)
                {
                    slots[slot] = from + ((to - from) * step / 40);
                    scorer.Score(slots, output);
                    if (sign * output[0] < last) breaches++;
                    last = sign * output[0];
                }

                slots[slot] = own;
            }
        }

        return breaches;
    }

    private static int Levels(Tree tree)
    {
        int Below(int child) =>
            child < 0 ? 0 : 1 + Math.Max(Below(tree.Nodes[child].Left), Below(tree.Nodes[child].Right));
        return Below(tree.Root);
    }

    private static int Count(SplitMix64 random, double mean)
    {
        // Knuth's algorithm: uniform numbers are multiplied until they fall below e^−mean.
        var (count, product) = (0, random.NextDouble());
        while (product > DeterministicMath.Exp(-mean)) (count, product) = (count + 1, product * random.NextDouble());
        return count;
    }

    private static Scorer Train(TrainingData data, TrainingObjective? objective)
    {
        var goal = objective is null ? data.Goal : new LearningGoal { Objective = objective };
        return Synthetic.Train(
            "gbt", data with { Goal = goal }, data.Take(0, 0), change: h => h["num_iterations"] = 100);
    }

    private static double Ask(Scorer scorer, float value)
    {
        var output = new double[1];
        scorer.Score([value], output);
        return output[0];
    }
}
