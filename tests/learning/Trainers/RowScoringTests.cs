using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

/// <summary>Scoring one row by bit tables equals a plain walk through the trees, to the last bit.</summary>
public class RowScoringTests
{
    [Theory]
    [InlineData(ModelTask.Regression, 1)]
    [InlineData(ModelTask.Regression, 200)]
    [InlineData(ModelTask.Binary, 130)]
    [InlineData(ModelTask.Multiclass, 45)]
    public void A_row_gets_what_a_walk_through_the_trees_comes_to(ModelTask task, int rounds)
    {
        var data = Wide(task, 600);
        var trees = Assert.IsType<TreeEnsemble>(Synthetic.Train(
            "gbt", data, data.Take(0, 0), change: h =>
                (h["num_iterations"], h["num_leaves"], h["min_data_in_leaf"]) = (rounds, 32, 2)));
        Assert.Contains(trees.Trees, t => t.Nodes.Any(n => n.IsCategorical) && t.Nodes.Any(n => !n.IsCategorical));
        Assert.Contains(trees.Trees, t => t.Leaves.Length == 32);
        var slots = new float[data.Features.Slots.Count];
        var random = new SplitMix64(5);
        for (var row = 0; row < 600; row++)
        {
            data.Features.CopyRow(row, slots);
            Verify(trees, slots);

            // Exact thresholds, outliers, and values unseen in training.
            var node = trees.Trees[random.NextInt32(trees.Trees.Count)].Nodes[0];
            if (!node.IsCategorical) slots[node.Slot] = node.Threshold;
            slots[random.NextInt32(slots.Length)] = float.NaN;
            slots[random.NextInt32(slots.Length)] = float.MaxValue;
            slots[random.NextInt32(slots.Length)] = -float.MaxValue;
            slots[random.NextInt32(slots.Length)] = 300;
            Verify(trees, slots);
        }
    }

    private static void Verify(TreeEnsemble trees, float[] slots)
    {
        double[] expected = [.. trees.BaseScores];
        for (var i = 0; i < trees.Trees.Count; i++) expected[i % expected.Length] += trees.Trees[i].ValueOf(slots);
        trees.Objective.ToOutputs(expected);

        var found = new double[trees.OutputCount];
        trees.Score(slots, found);
        Assert.Equal(expected, found);
    }

    /// <summary>
    /// The usual six slots, one category with many values, and forty numbers: more than one look-up batch.
    /// </summary>
    private static TrainingData Wide(ModelTask task, int rows)
    {
        var made = Synthetic.Make(task, rows, seed: 11);
        var random = new SplitMix64(12);
        float[] Column(Func<float> value) => [.. Enumerable.Range(0, rows).Select(_ => value())];
        Slot[] slots = [.. made.Features.Slots, new("many", 6, 200), .. Enumerable.Range(7, 40)
            .Select(i => new Slot($"x{i}", i, 0))];
        float[][] columns =
        [
            .. made.Features.Columns,
            Column(() => random.NextInt32(201)),
            .. Enumerable.Range(0, 40)
                .Select(_ => Column(() => random.NextInt32(9) == 0 ? float.NaN : (float)random.NextDouble())),
        ];
        return made with { Features = new FeatureMatrix(slots, columns, rows) };
    }
}
