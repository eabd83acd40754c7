using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Explanation;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;
using static Serverless.Learning.Tests.Explanation.ShapleyReference;

namespace Serverless.Learning.Tests.Explanation;

public class ExplanationTests
{
    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void Base_and_contributions_add_up_to_the_raw_prediction_for_every_task(string trainer)
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Make(task, 2000, seed: 1);
            var scorer = Synthetic.Train(trainer, data.Take(0, 1500), data.Take(1500, 2000));
            var attribution = scorer.Attribution(task)!;
            var outputs = new double[scorer.OutputCount];
            for (var row = 0; row < 200; row++)
            {
                var slots = Row(data, row);
                scorer.Score(slots, outputs);
                var raw = Sums(attribution, slots);
                if (task == ModelTask.Multiclass)
                {
                    // Probabilities determine the raw scores up to a constant added to all.
                    var shift = raw[0] - Math.Log(outputs[0]);
                    Assert.All(
                        Enumerable.Range(0, raw.Length), k => Assert.Equal(Math.Log(outputs[k]) + shift, raw[k], 1e-6));
                }
                else
                {
                    Assert.Equal(
                        task == ModelTask.Binary ? Math.Log(outputs[0] / (1 - outputs[0])) : outputs[0], raw[0], 1e-6);
                }
            }
        }
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Tree_contributions_are_the_shapley_values_that_every_subset_of_slots_gives(ModelTask task)
    {
        // Missing values, categories, and a label that needs repeated splits on one slot.
        var data = Synthetic.Make(task, 1200, seed: 2);
        var ensemble = (TreeEnsemble)Synthetic.Train(
            "gbt", data, data.Take(0, 0), change: h => (h["num_iterations"], h["num_leaves"]) = (4, 24));
        Assert.Contains(ensemble.Trees, tree => new TreePaths(tree).Above.Any(above => above >= 0));
        Assert.Contains(ensemble.Trees, tree => tree.Nodes.Any(n => n.IsCategorical));
        var attribution = ensemble.Attribution(task);
        var outputs = ensemble.OutputCount;
        foreach (var slots in Rows(data, 12).Append([float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN])
            .Append([9, -9, 12, 9, 99, 40]))
        {
            var found = new double[slots.Length * outputs];
            attribution.AddTo(slots, found);
            for (var k = 0; k < outputs; k++)
            {
                var expected = BruteForce(slots.Length, known => Game(ensemble, k, slots, known));
                for (var slot = 0; slot < slots.Length; slot++)
                {
                    Assert.Equal(expected[slot], found[(slot * outputs) + k], 1e-9);
                }

                Assert.Equal(Game(ensemble, k, slots, 0), attribution.Base[k], 1e-9);
            }
        }
    }

    [Fact]
    public void Random_trees_of_many_slots_agree_with_every_subset_too()
    {
        const int slotCount = 13;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new SplitMix64(seed);
            Tree[] trees =
                [RandomTree(random, slotCount, 40), RandomTree(random, slotCount, 2), RandomTree(random, slotCount, 1)];
            var ensemble = new TreeEnsemble(ModelTask.Regression, [random.NextDouble()], trees, new double[slotCount]);
            var slots = new float[slotCount];
            foreach (ref var slot in slots.AsSpan()) slot = random.NextDouble() < 0.2 ? float.NaN : random.NextInt32(5);

            var found = new double[slotCount];
            ensemble.Attribution(ModelTask.Regression).AddTo(slots, found);

            var expected = BruteForce(slotCount, known => Game(ensemble, 0, slots, known));
            for (var slot = 0; slot < slotCount; slot++) Assert.Equal(expected[slot], found[slot], 1e-9);
        }
    }

    [Fact]
    public void A_path_of_two_hundred_slots_still_adds_up()
    {
        // Each node's left child is a leaf: the deepest possible tree.
        const int depth = 200;
        var nodes = Enumerable.Range(0, depth).Select(i =>
        {
            var node = TreeNode.Numeric(i, 0.5f, missingLeft: false);
            (node.Left, node.Right) = (~i, i + 1 < depth ? i + 1 : ~depth);
            return node;
        }).ToArray();
        var tree = new Tree(nodes, [], [.. Enumerable.Range(0, depth + 1).Select(i => Math.Sin(i))],
            [.. Enumerable.Range(0, depth + 1).Select(i => 1 + (i * 7 % 5))]);
        var ensemble = new TreeEnsemble(ModelTask.Regression, [1], [tree], new double[depth]);
        float[] slots = [.. Enumerable.Range(0, depth).Select(i => i < depth - 3 ? 1f : 0)];
        var output = new double[1];
        ensemble.Score(slots, output);

        Assert.Equal(output[0], Sums(ensemble.Attribution(ModelTask.Regression), slots)[0], 1e-9);
    }

    [Fact]
    public void Linear_contributions_are_the_shapley_values_over_the_training_rows()
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Make(task, 300, seed: 3);
            var scorer = Synthetic.Train("linear", data, data);
            var attribution = scorer.Attribution(task)!;
            var outputs = scorer.OutputCount;
            var training = Rows(data, 300).ToArray();
            foreach (var slots in Rows(data, 3))
            {
                var found = new double[slots.Length * outputs];
                attribution.AddTo(slots, found);
                for (var k = 0; k < outputs; k++)
                {
                    // Unknown slots take the values of each training row in turn; the raw score is averaged by brute
                    // force.
                    var expected = BruteForce(slots.Length, known => training.Average(other =>
                        Raw(scorer, task, k,
                            [.. slots.Select((value, slot) => (known >> slot & 1) != 0 ? value : other[slot])])));
                    var common = task == ModelTask.Multiclass
                        ? Enumerable.Range(0, slots.Length)
                            .Select(s => Enumerable.Range(0, outputs).Average(c => found[(s * outputs) + c])).ToArray()
                        : new double[slots.Length];
                    for (var slot = 0; slot < slots.Length; slot++)
                    {
                        Assert.Equal(expected[slot], found[(slot * outputs) + k] - common[slot], 1e-6);
                    }
                }
            }
        }
    }

    [Fact]
    public void Slots_of_one_feature_are_summed_and_a_calibrator_changes_nothing()
    {
        var data = Synthetic.Make(ModelTask.Binary, 600, seed: 4);
        var scorer = Synthetic.Train("gbt", data, data);
        var model = Model(new CalibratedScorer(scorer, new PlattCalibrator(0.3, 2)));
        var explainer = Explainer.For(model)!;
        var slots = Row(data, 5);
        var bySlot = new double[slots.Length];
        scorer.Attribution(ModelTask.Binary)!.AddTo(slots, bySlot);

        var byFeature = explainer.Explain(slots);

        Assert.Equal([bySlot[0], bySlot[1], bySlot[2] + bySlot[3] + bySlot[4] + bySlot[5]], byFeature.Select(v => v),
            (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Raw(scorer, ModelTask.Binary, 0, slots), explainer.Base[0] + byFeature.Sum(), 1e-6);
    }

    [Fact]
    public void A_trainer_that_cannot_be_explained_exactly_has_no_explainer()
    {
        Assert.Null(Explainer.For(Model(new Opaque())));
        Assert.Null(Explainer.For(Model(new CalibratedScorer(new Opaque(), new PlattCalibrator(1, 0)))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void The_quadrature_is_exact_for_polynomials_of_its_degree(int count)
    {
        var (points, weights) = GaussLegendre.Rule(count);
        foreach (var degree in (int[])[0, 1, count, (2 * count) - 1])
        {
            Assert.Equal(1.0 / (degree + 1), points.Zip(weights, (x, w) => w * Math.Pow(x, degree)).Sum(), 1e-13);
        }
    }

    private static LoadedModel Model(Scorer scorer) => new(
        new Signature
        {
            Task = ModelTask.Binary,
            Label = "label",
            Classes = ["no", "yes"],
            Features =
            [
                new SignatureFeature { Name = "a", Type = ColumnType.Numeric },
                new SignatureFeature { Name = "b", Type = ColumnType.Numeric },
                new SignatureFeature { Name = "when", Type = ColumnType.Timestamp },
            ],
        },
        new ReferenceProfile { Features = [], PredictedClasses = [] },
        scorer,
        "");

    private static float[] Row(TrainingData data, int row)
    {
        var slots = new float[data.Features.Slots.Count];
        data.Features.CopyRow(row, slots);
        return slots;
    }

    private static IEnumerable<float[]> Rows(TrainingData data, int count) =>
        Enumerable.Range(0, count).Select(row => Row(data, row));

    private static double[] Sums(SlotAttribution attribution, float[] slots)
    {
        var contributions = new double[slots.Length * attribution.Base.Length];
        attribution.AddTo(slots, contributions);
        double[] sums = [.. attribution.Base];
        for (var i = 0; i < contributions.Length; i++) sums[i % sums.Length] += contributions[i];
        return sums;
    }

    /// <summary>Minus the mean over classes for multiclass, which probabilities do not determine.</summary>
    private static double Raw(Scorer scorer, ModelTask task, int output, float[] slots)
    {
        var outputs = new double[scorer.OutputCount];
        scorer.Score(slots, outputs);
        return task switch
        {
            ModelTask.Regression => outputs[0],
            ModelTask.Binary => Math.Log(outputs[0] / (1 - outputs[0])),
            _ => Math.Log(outputs[output]) - outputs.Average(Math.Log),
        };
    }

    /// <summary>A black box, as Microsoft.ML's scorers are.</summary>
    private sealed class Opaque : Scorer
    {
        public override string Trainer => "opaque";

        public override int OutputCount => 1;

        public override IReadOnlyList<double> SlotImportance => [];

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs) => outputs[0] = 0.5;

        public override void Save(Stream destination)
        {
        }
    }
}
