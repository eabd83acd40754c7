using System.Runtime.Intrinsics;
using Serverless.Datasets;
using Serverless.Training;
using Serverless.Training.Trees;

namespace Serverless.Core.Tests.Training;

public class TreeGrowerTests
{
    private static readonly TreeSettings Settings =
        new(MaxLeaves: 31, MinRows: 5, MinHessian: 1e-3, Lambda: 1, CategorySmoothing: 10, LearningRate: 1);

    [Fact]
    public void Every_row_is_scored_in_the_leaf_that_training_put_it_in()
    {
        var data = Synthetic.Make(ModelTask.Regression, 3000, seed: 1);
        var matrix = BinnedMatrix.Create(data.Features, 254, threads: 1);
        var (pairs, scale) = Quantize([.. data.Labels.Select(l => 100.0 - l)]);
        var grower = new TreeGrower(matrix, Settings, threads: 1);
        var (byLeaf, byWalk) = (new double[3000], new double[3000]);

        var tree = grower.Grow([.. Enumerable.Range(0, 3000)], pairs, scale, [0, 1, 2, 3, 4, 5], new double[6]);
        grower.AddTo(byLeaf, 0, 1, tree);
        tree.AddTo(byWalk, 0, 1, data.Features, threads: 1);

        Assert.Equal(30, tree.Nodes.Length);
        Assert.Contains(tree.Nodes, n => n.IsCategorical);
        Assert.Contains(tree.Nodes, n => n.Slot == 1 && !n.IsCategorical);
        Assert.Equal(byLeaf, byWalk);
    }

    [Fact]
    public void Every_node_and_leaf_knows_how_many_rows_it_got()
    {
        var data = Synthetic.Make(ModelTask.Regression, 2000, seed: 1);
        var scorer = Assert.IsType<TreeEnsemble>(Synthetic.Train("gbt", data, data, change: Synthetic.Short));

        foreach (var tree in scorer.Trees)
        {
            var leafOf = new double[2000];
            (tree with { Leaves = [.. Enumerable.Range(0, tree.Leaves.Length)] }).AddTo(leafOf, 0, 1, data.Features, threads: 1);
            var counts = leafOf.CountBy(l => (int)l).ToDictionary();

            Assert.Equal(tree.Covers, Enumerable.Range(0, tree.Leaves.Length).Select(leaf => counts.GetValueOrDefault(leaf)));
            Assert.Equal(2000, tree.NodeCovers()[0]);
            Assert.All(tree.NodeCovers(), (cover, i) => Assert.Equal(cover, Cover(tree, tree.Nodes[i].Left) + Cover(tree, tree.Nodes[i].Right)));
        }
    }

    private static int Cover(Tree tree, int child) => child >= 0 ? tree.NodeCovers()[child] : tree.Covers[~child];

    [Fact]
    public void The_first_split_is_the_best_of_all_by_brute_force()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var random = new SplitMix64(seed);
            float[] x = [.. Enumerable.Range(0, 60).Select(_ => random.NextInt32(5) == 0 ? float.NaN : random.NextInt32(30))];
            double[] gradients = [.. x.Select(_ => random.NextDouble() - 0.5)];
            var data = Synthetic.Numeric(ModelTask.Regression, [x], new float[60]);
            var (pairs, scale) = Quantize(gradients);
            var gains = new double[1];
            var grower = new TreeGrower(BinnedMatrix.Create(data.Features, 254, 1), Settings with { MaxLeaves = 2 }, 1);

            grower.Grow([.. Enumerable.Range(0, 60)], pairs, scale, [0], gains);

            Assert.Equal(BestGain(x, gradients), gains[0], 1e-6);
        }
    }

    [Fact]
    public void Sums_of_quantized_gradients_are_close_and_counts_exact()
    {
        var random = new SplitMix64(3);
        double[] gradients = [.. Enumerable.Range(0, 10_000).Select(_ => (random.NextDouble() - 0.5) * 1e30)];
        var (pairs, scale) = Quantize(gradients);

        var sum = pairs.Aggregate(Vector128<long>.Zero, (s, p) => s + p);

        Assert.Equal(gradients.Sum(), scale.Gradient(sum), 1e30 * 10_000 / (1L << 30));
        Assert.Equal(10_000, scale.Hessian(sum), 1e-6);
        Assert.Equal(10_000, scale.Count(sum));
    }

    [Fact]
    public void Bins_hold_about_equally_many_rows_and_missing_values_have_their_own()
    {
        var random = new SplitMix64(4);
        float[] values = [.. Enumerable.Range(0, 10_000).Select(i => i % 10 == 0 ? float.NaN : (float)Math.Pow(random.NextDouble(), 8))];

        var column = BinnedColumn.Create(new Slot("x", 0, 0), values, maxBins: 50);
        var counts = column.Bins.CountBy(b => b).ToDictionary();

        Assert.Equal(51, column.BinCount);
        Assert.Equal(1000, counts[BinnedColumn.MissingBin]);
        Assert.All(Enumerable.Range(1, 50), bin => Assert.InRange(counts[(byte)bin], 150, 210));
    }

    [Fact]
    public void Neighbouring_floats_get_bins_of_their_own()
    {
        float[] values = [1f, MathF.BitIncrement(1f), float.MaxValue, MathF.BitDecrement(float.MaxValue), -float.MaxValue, 0f, float.Epsilon];

        var column = BinnedColumn.Create(new Slot("x", 0, 0), values, maxBins: 254);

        Assert.Equal(7, column.Bins.Distinct().Count());
        Assert.Equal(Order(values), Order(column.Bins));
    }

    private static int[] Order<T>(T[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];

    private static double BestGain(float[] x, double[] gradients)
    {
        double Score(IEnumerable<int> rows)
        {
            var sum = rows.Sum(r => gradients[r]);
            return sum * sum / (rows.Count() + Settings.Lambda);
        }

        int[] all = [.. Enumerable.Range(0, x.Length)];
        var best = 0.0;
        foreach (var threshold in x.Where(v => !float.IsNaN(v)).Distinct())
        {
            foreach (var missingLeft in new[] { true, false })
            {
                var left = all.Where(r => float.IsNaN(x[r]) ? missingLeft : x[r] <= threshold).ToArray();
                var right = all.Except(left).ToArray();
                if (left.Length < Settings.MinRows || right.Length < Settings.MinRows) continue;
                best = Math.Max(best, Score(left) + Score(right) - Score(all));
            }
        }

        return best;
    }

    private static (Vector128<long>[] Pairs, GradientScale Scale) Quantize(double[] gradients)
    {
        var scale = new GradientScale(gradients.Max(Math.Abs), 1, gradients.Length);
        return ([.. gradients.Select(g => scale.Quantize(g, 1))], scale);
    }
}
