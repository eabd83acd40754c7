using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public class TreeGrowerTests
{
    private static readonly TreeSettings Settings =
        new(MaxLeaves: 31, MinRows: 5, MinHessian: 1e-3, Lambda: 1, CategorySmoothing: 10, LearningRate: 1);

    [Fact]
    public void Every_row_is_scored_in_the_leaf_that_training_put_it_in()
    {
        var data = Synthetic.Make(ModelTask.Regression, 3000, seed: 1);
        var matrix = BinnedMatrix.Create(data.Features, 254, threads: 1);
        using var crew = new SpinWorkers(2);
        using var grower = new TreeGrower(matrix, Settings, crew);

        var grown = Grow(grower, [.. data.Labels.Select(l => 100f - l)], [0, 1, 2, 3, 4, 5], new double[6]);

        var leafOf = new int[3000];
        foreach (var (leaf, range) in grown.Rows.Index())
        {
            foreach (var row in Rows(grower, range)) leafOf[row] = leaf;
        }

        var tree = new Tree(
            grown.Nodes, grown.Sets, [.. Enumerable.Range(0, grown.Rows.Length)], [.. grown.Rows.Select(r => r.Count)]);
        Assert.Equal(30, tree.Nodes.Length);
        Assert.Contains(tree.Nodes, n => n.IsCategorical);
        Assert.Contains(tree.Nodes, n => n.Slot == 1 && !n.IsCategorical);
        Assert.Equal(leafOf, LeavesOf(tree, data));
        Assert.Equal(leafOf, Enumerable.Range(0, 3000).Select(row => grown.LeafOf(matrix, row)));
    }

    [Fact]
    public void Every_node_and_leaf_knows_how_many_rows_it_got()
    {
        var data = Synthetic.Make(ModelTask.Regression, 2000, seed: 1);
        var scorer = Assert.IsType<TreeEnsemble>(Synthetic.Train("gbt", data, data, change: Synthetic.Short));

        foreach (var tree in scorer.Trees)
        {
            var numbered = tree with { Leaves = [.. Enumerable.Range(0, tree.Leaves.Length)] };
            var counts = LeavesOf(numbered, data).CountBy(l => l).ToDictionary();

            Assert.Equal(
                tree.Covers, Enumerable.Range(0, tree.Leaves.Length).Select(leaf => counts.GetValueOrDefault(leaf)));
            Assert.Equal(2000, tree.NodeCovers()[0]);
            Assert.All(tree.NodeCovers(), (cover, i) =>
                Assert.Equal(cover, Cover(tree, tree.Nodes[i].Left) + Cover(tree, tree.Nodes[i].Right)));
        }
    }

    private static int Cover(Tree tree, int child) => child >= 0 ? tree.NodeCovers()[child] : tree.Covers[~child];

    [Fact]
    public void The_first_split_is_the_best_of_all_by_brute_force()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var random = new SplitMix64(seed);
            float[] x =
                [.. Enumerable.Range(0, 60).Select(_ => random.NextInt32(5) == 0 ? float.NaN : random.NextInt32(30))];
            float[] gradients = [.. x.Select(_ => (float)random.NextDouble() - 0.5f)];
            var data = Synthetic.Numeric(ModelTask.Regression, [x], new float[60]);
            var gains = new double[1];
            using var crew = new SpinWorkers(1);
            using var grower = new TreeGrower(
                BinnedMatrix.Create(data.Features, 254, 1), Settings with { MaxLeaves = 2 }, crew);

            Grow(grower, gradients, [0], gains);

            // Gradients are rounded to 1 / 65,534 of their range.
            Assert.Equal(BestGain(x, gradients), gains[0], 2e-3);
        }
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2_000_000)]
    public void Sums_of_rounded_gradients_are_right_on_average_and_counts_exact(int rows)
    {
        var random = new SplitMix64(3);
        float[] gradients = [.. Enumerable.Range(0, rows).Select(_ => (float)(random.NextDouble() - 0.4) * 1e30f)];
        var scale = new GradientScale(gradients.Max(Math.Abs), 1, constantHessian: true, rows);

        var sum = 0L;
        for (var row = 0; row < rows; row++) sum += GradientScale.Word(scale.Entry(row, gradients[row], 0, seed: 7));

        // Each row is off by less than a step, unbiased: six standard deviations of the sum.
        Assert.Equal(
            gradients.Sum(g => (double)g), scale.Gradient(sum), 6 * 0.5 * scale.GradientStep * Math.Sqrt(rows));
        Assert.Equal(rows, scale.Hessian(sum), 1e-6);
    }

    [Fact]
    public unsafe void Entries_made_by_vectors_are_those_made_one_by_one()
    {
        var random = new SplitMix64(5);
        float[] gradients = [.. Enumerable.Range(0, 1003).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] hessians = [.. Enumerable.Range(0, 1003).Select(_ => (float)random.NextDouble())];
        var scale = new GradientScale(0.5, 1, constantHessian: false, 100_000);
        var entries = new ulong[1003];

        long sum;
        fixed (ulong* target = entries) sum = scale.Write(target, 40, gradients, hessians, seed: 9);

        Assert.Equal(Enumerable.Range(0, 1003).Select(i => scale.Entry(40 + i, gradients[i], hessians[i], 9)), entries);
        Assert.Equal(entries.Sum(GradientScale.Word), sum);
    }

    [Fact]
    public void Numbers_are_sorted_as_by_comparing()
    {
        var random = new SplitMix64(6);
        float[] values = [.. Enumerable.Range(0, 5000).Select(
            _ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64())).Where(v => !float.IsNaN(v)), 0, -0f];
        var sorted = values.Order().ToArray();

        RadixSort.Ascending(values);

        Assert.Equal(sorted, values);
    }

    [Fact]
    public void Bins_hold_about_equally_many_rows_and_missing_values_have_their_own()
    {
        var random = new SplitMix64(4);
        float[] values = [.. Enumerable.Range(0, 10_000)
            .Select(i => i % 10 == 0 ? float.NaN : (float)Math.Pow(random.NextDouble(), 8))];

        var column = BinnedColumn.Create(new Slot("x", 0, 0), values, maxBins: 50);
        var counts = column.Bins.CountBy(b => b).ToDictionary();

        Assert.Equal(51, column.BinCount);
        Assert.Equal(1000, counts[BinnedColumn.MissingBin]);
        Assert.All(Enumerable.Range(1, 50), bin => Assert.InRange(counts[(byte)bin], 150, 210));
    }

    [Fact]
    public void Neighbouring_floats_get_bins_of_their_own()
    {
        float[] values = [1f, MathF.BitIncrement(1f), float.MaxValue, MathF.BitDecrement(float.MaxValue),
            -float.MaxValue, 0f, float.Epsilon];

        var column = BinnedColumn.Create(new Slot("x", 0, 0), values, maxBins: 254);

        Assert.Equal(7, column.Bins.Distinct().Count());
        Assert.Equal(Order(values), Order(column.Bins));
    }

    private static int[] Order<T>(T[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];

    private static int[] LeavesOf(Tree numbered, TrainingData data)
    {
        var slots = new float[data.Features.Slots.Count];
        return [.. Enumerable.Range(0, data.Labels.Length).Select(row =>
        {
            data.Features.CopyRow(row, slots);
            return (int)numbered.ValueOf(slots);
        })];
    }

    private static unsafe int[] Rows(TreeGrower grower, RowRange range)
    {
        var entries = grower.Rows.Of(range);
        var rows = new int[range.Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = (int)(uint)entries[i];
        return rows;
    }

    private static unsafe GrownTree Grow(TreeGrower grower, float[] gradients, int[] slots, double[] gains)
    {
        var scale = new GradientScale(gradients.Max(Math.Abs), 1, constantHessian: true, gradients.Length);
        var sum = scale.Write(grower.Rows.Of(new RowRange(0, 0, gradients.Length)), 0, gradients, [], seed: 1);
        return grower.Grow(gradients.Length, sum, scale, slots, gains);
    }

    private static double BestGain(float[] x, float[] gradients)
    {
        double Score(IEnumerable<int> rows)
        {
            var sum = rows.Sum(r => (double)gradients[r]);
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
}
