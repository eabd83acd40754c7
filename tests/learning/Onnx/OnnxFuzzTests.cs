using Serverless.Learning.Binning;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Learning.Onnx;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Onnx;

/// <summary>
/// Trees that no data would produce, on rows of every kind of value: ONNX Runtime takes the same paths.
/// </summary>
public class OnnxFuzzTests
{
    [Theory]
    [InlineData(ModelTask.Regression, 0)]
    [InlineData(ModelTask.Regression, 1)]
    [InlineData(ModelTask.Binary, 2)]
    [InlineData(ModelTask.Multiclass, 3)]
    [InlineData(ModelTask.Multiclass, 4)]
    public async Task Random_trees_answer_the_same(ModelTask task, ulong seed)
    {
        OnnxRuntime.Require();
        var random = new SplitMix64(seed);
        var signature = Sample(task, classes: task switch { ModelTask.Regression => 0, ModelTask.Binary => 2, _ => 5 });
        var outputs = task == ModelTask.Multiclass ? 5 : 1;
        Tree[] trees = [.. Enumerable.Range(0, 20 * outputs).Select(_ => RandomTree(signature, random))];
        double[] baseScores = [.. Enumerable.Range(0, outputs).Select(_ => random.NextDouble())];
        var scorer = new TreeEnsemble(task, baseScores, trees, new double[signature.Slots.Count]);

        await VerifyAsync(signature, scorer, random);
    }

    [Fact]
    public async Task Trees_that_never_split_answer_the_same()
    {
        OnnxRuntime.Require();
        var signature = Sample(ModelTask.Regression, classes: 0);
        Tree leaf = new([], [], [2.5], [1]);

        await VerifyAsync(signature, new TreeEnsemble(
            ModelTask.Regression, [0.1], [leaf, leaf], new double[signature.Slots.Count]), new SplitMix64(1));
        await VerifyAsync(
            signature,
            new TreeEnsemble(ModelTask.Regression, [0.1], [leaf, RandomTree(signature, new SplitMix64(2)), leaf],
                new double[signature.Slots.Count]),
            new SplitMix64(3));
        await VerifyAsync(signature,
            new TreeEnsemble(ModelTask.Regression, [0.1], [], new double[signature.Slots.Count]), new SplitMix64(4));
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public async Task Every_kind_learned_from_made_up_rows_answers_the_same(ModelTask task)
    {
        OnnxRuntime.Require();
        var data = Synthetic.Make(task, 1500, seed: 5);
        var signature = new Signature
        {
            Task = task,
            Label = "y",
            Features = [
                .. Synthetic.Slots.Select(s => s.IsCategorical ? Categorical(s.Name, s.Cardinality) : Numeric(s.Name))],
            Classes = [.. Enumerable.Range(0, data.ClassCount).Select(k => $"class {k}")],
        };

        foreach (var trainer in Synthetic.Trainers)
        {
            await VerifyAsync(signature, Synthetic.Train(trainer.Name, data, data), new SplitMix64(6));
        }
    }

    [Fact]
    public async Task Calibrated_probabilities_are_the_same()
    {
        OnnxRuntime.Require();
        var (binary, multiclass) = (Sample(ModelTask.Binary, classes: 2), Sample(ModelTask.Multiclass, classes: 5));
        var one = new TreeEnsemble(ModelTask.Binary, [0.5], Trees(binary, 20), new double[binary.Slots.Count]);
        var five = new TreeEnsemble(
            ModelTask.Multiclass, [0.1, 0, 0.2, 0, -0.3], Trees(multiclass, 100), new double[multiclass.Slots.Count]);

        await VerifyAsync(binary, new CalibratedScorer(one, new PlattCalibrator(1.7, -0.4)), new SplitMix64(8));
        await VerifyAsync(
            binary, new CalibratedScorer(one, new IsotonicCalibrator([0, 1], [0.2, 0.9])), new SplitMix64(9));
        await VerifyAsync(
            binary, new CalibratedScorer(one,
                new IsotonicCalibrator([0, 0.4, 0.45, 0.6, 0.9, 1], [0, 0.3, 0.5, 0.5, 0.8, 1])), new SplitMix64(10));
        await VerifyAsync(multiclass, new CalibratedScorer(five, new TemperatureCalibrator(1.8)), new SplitMix64(11));

        // More certain than a logarithm can express.
        var sure = new TreeEnsemble(
            ModelTask.Multiclass, [0, 2000, -2000, 1, 2], [], new double[multiclass.Slots.Count]);
        await VerifyAsync(multiclass, new CalibratedScorer(sure, new TemperatureCalibrator(3)), new SplitMix64(12));
        var certain = new TreeEnsemble(ModelTask.Binary, [900], [], new double[binary.Slots.Count]);
        await VerifyAsync(binary, new CalibratedScorer(certain, new PlattCalibrator(0.5, 1)), new SplitMix64(13));
        await VerifyAsync(binary, new CalibratedScorer(certain, new IsotonicCalibrator([0, 0.5, 1], [0, 0.1, 0.95])),
            new SplitMix64(14));
    }

    private static Tree[] Trees(Signature signature, int count)
    {
        var random = new SplitMix64(7);
        return [.. Enumerable.Range(0, count).Select(_ => RandomTree(signature, random))];
    }

    private static async Task VerifyAsync(Signature signature, Scorer scorer, SplitMix64 random)
    {
        var rows = new OnnxRows(signature);
        for (var row = 0; row < 500; row++) rows.Add([.. signature.Features.Select(f => RandomValue(f, random))]);
        var (file, obstacle) = OnnxModel.Write(signature, scorer);

        Assert.Null(obstacle);
        await OnnxAgreement.VerifyAsync(file!, signature, scorer, rows);
    }

    /// <summary>Every type, few and many categories, and names that the graph itself uses.</summary>
    private static Signature Sample(ModelTask task, int classes) => new()
    {
        Task = task,
        Label = "y",
        Features =
        [
            Numeric("variable"), Categorical("output_label", 3), Categorical("constant", 29), Categorical("Gather", 30),
            Categorical("größe, 大", 31),
            Categorical("many", SignatureFeature.MaxCategories), Categorical("none", 0),
            Numeric("Concat") with { Type = ColumnType.Boolean },
            Numeric("Where") with { Type = ColumnType.Boolean, MissingIsFalse = true },
            Numeric("when") with { Type = ColumnType.Timestamp },
        ],
        Classes = [.. Enumerable.Range(0, classes).Select(k => $"class {k}")],
    };

    private static SignatureFeature Numeric(string name) => new() { Name = name, Type = ColumnType.Numeric };

    private static SignatureFeature Categorical(string name, int count) => new()
    {
        Name = name,
        Type = ColumnType.Categorical,
        Categories = [.. Enumerable.Range(0, count).Select(i => $"{name} {i}")],
    };

    private static object? RandomValue(
        SignatureFeature feature, SplitMix64 random) => random.NextInt32(8) == 0 ? null : feature.Type switch
        {
            ColumnType.Categorical => $"{feature.Name} {random.NextInt32(feature.Categories.Count + 2)}",
            ColumnType.Boolean => random.NextInt32(2) == 1,
            ColumnType.Timestamp =>
                new DateTime(1850, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextInt32(int.MaxValue))
                    .AddDays(random.NextInt32(100_000)),
            _ => Number(random),
        };

    /// <summary>A number that is often exactly a threshold.</summary>
    private static float Number(SplitMix64 random) => random.NextInt32(10) switch
    {
        0 => float.MaxValue,
        1 => float.MinValue,
        2 => -0f,
        3 => (float)random.NextDouble() * 1e-40f,
        _ => random.NextInt32(20) / 3f,
    };

    private static Tree RandomTree(Signature signature, SplitMix64 random)
    {
        var count = 1 + random.NextInt32(30);
        var (nodes, sets) = (new TreeNode[count], new List<BinSet>());
        // Grown leaf by leaf: a node replaces a leaf and adds one.
        var leafAt = new List<(int Node, bool Left)> { (-1, false) };
        for (var i = 0; i < count; i++)
        {
            var slot = random.NextInt32(signature.Slots.Count);
            nodes[i] = signature.Slots[slot].IsCategorical
                ? TreeNode.Categorical(slot, AddSet(sets, signature.Slots[slot].Cardinality + 1, random))
                : TreeNode.Numeric(
                    slot, random.NextInt32(6) == 0 ? float.PositiveInfinity : Number(random), random.NextInt32(2) == 1);
            var leaf = random.NextInt32(leafAt.Count);
            if (leafAt[leaf] is ( >= 0 and var parent, var isLeft)) SetChild(ref nodes[parent], isLeft, i);
            nodes[i].Left = ~leaf;
            nodes[i].Right = ~leafAt.Count;
            leafAt[leaf] = (i, true);
            leafAt.Add((i, false));
        }

        return new Tree(nodes, [.. sets], [.. leafAt.Select(_ => random.NextDouble() - 0.5)], new int[leafAt.Count]);
    }

    private static void SetChild(ref TreeNode parent, bool isLeft, int child)
    {
        if (isLeft) parent.Left = child;
        else parent.Right = child;
    }

    /// <summary>A random subset, occasionally empty or full.</summary>
    private static int AddSet(List<BinSet> sets, int lastBin, SplitMix64 random)
    {
        var share = random.NextInt32(5) / 4.0;
        var set = default(BinSet);
        for (var bin = 0; bin <= lastBin; bin++)
        {
            if (random.NextDouble() < share) set.Add(bin);
        }

        sets.Add(set);
        return sets.Count - 1;
    }
}
