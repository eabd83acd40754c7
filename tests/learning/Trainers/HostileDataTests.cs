using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

/// <summary>Rows that break numerics: every trainer must still give finite predictions for every task.</summary>
public class HostileDataTests
{
    private const int Rows = 80;

    private static readonly Dictionary<string, float[][]> Columns = new()
    {
        ["constant"] = [[.. Enumerable.Repeat(3f, Rows)], Ramp(1)],
        ["all missing"] = [[.. Enumerable.Repeat(float.NaN, Rows)], Ramp(1)],
        ["only missing"] = [[.. Enumerable.Repeat(float.NaN, Rows)]],
        ["no columns"] = [],
        ["huge"] = [[.. Ramp(1).Select(v => v % 2 == 0 ? float.MaxValue : -float.MaxValue)], Ramp(1e35f)],
        ["one huge among small"] = [[.. Ramp(1).Select(v => v == 7 ? 1e38f : v)]],
        ["tiny"] = [Ramp(float.Epsilon)],
        ["separable"] = [[.. Ramp(1).Select(v => v < Rows / 2 ? -1f : 1f)]],
        ["identical columns"] = [Ramp(1), Ramp(1), Ramp(1)],
        ["more columns than rows"] = [.. Enumerable.Range(0, Rows + 20).Select(c => Scrambled((ulong)c))],
        ["missing in turns"] = [
            [.. Ramp(1).Select(v => v % 2 == 0 ? float.NaN : v)], [.. Ramp(1).Select(v => v % 2 == 1 ? float.NaN : v)]],
    };

    public static TheoryData<string, string, ModelTask> Cases()
    {
        var cases = new TheoryData<string, string, ModelTask>();
        foreach (var trainer in Synthetic.Trainers)
        {
            foreach (var columns in Columns.Keys)
            {
                foreach (var task in Enum.GetValues<ModelTask>()) cases.Add(trainer.Name, columns, task);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hostile_columns_give_finite_predictions(string trainer, string columns, ModelTask task)
    {
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => task switch
        {
            ModelTask.Regression => i,
            ModelTask.Binary => i < Rows / 2 ? 0 : 1,
            _ => i * 3 / Rows,
        })];
        var data = Synthetic.Numeric(task, Columns[columns], labels, classes: 3);
        TrainAndScore(trainer, data);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_row_and_two_rows_are_enough(string trainer, string columns, ModelTask task)
    {
        foreach (var rows in new[] { 1, 2 })
        {
            var features = Columns[columns].Select(c => c[..rows]).ToArray();
            TrainAndScore(trainer,
                Synthetic.Numeric(task, features, [.. Enumerable.Range(0, rows).Select(i => (float)i)], classes: 3));
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void Labels_of_one_value_are_learned_as_that_value(string trainer)
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Numeric(task, [Ramp(1), Scrambled(1)], [.. Enumerable.Repeat(1f, Rows)], classes: 3);
            var outputs = TrainAndScore(trainer, data);
            var first = task == ModelTask.Multiclass ? outputs[1] : outputs[0];
            Assert.InRange(first, 0.98, 1.001);
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void Labels_at_the_ends_of_float_are_learned(string trainer)
    {
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => i < Rows / 2 ? -float.MaxValue : float.MaxValue)];
        TrainAndScore(trainer, Synthetic.Numeric(ModelTask.Regression, [Ramp(1)], labels));
    }

    [Fact]
    public void Infinite_values_and_huge_labels_reach_trainers_as_finite_floats()
    {
        Assert.Equal(float.MaxValue, Utf8NumberParser.ToFloat(1e308));
        Assert.Equal(-float.MaxValue, Utf8NumberParser.ToFloat(-1e308));
        Assert.True(float.IsNaN(Utf8NumberParser.ToFloat(double.NaN)));
    }

    [Theory]
    [InlineData(TrainingObjective.AbsoluteError)]
    [InlineData(TrainingObjective.Poisson)]
    public void Hostile_columns_give_finite_predictions_with_every_objective_of_regression(TrainingObjective objective)
    {
        foreach (var columns in Columns.Values)
        {
            foreach (var label in new[] { 1f, 1e30f })
            {
                var data = Synthetic.Numeric(ModelTask.Regression, columns, [.. Ramp(1).Select(v => v * label)]);
                TrainAndScore("gbt", data with { Goal = new LearningGoal { Objective = objective } });
            }
        }
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void Values_far_outside_training_give_finite_predictions(string trainer)
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Make(task, 500, seed: 1);
            var scorer = Synthetic.Train(trainer, data, data);
            var outputs = new double[scorer.OutputCount];
            foreach (var value in new[] { float.MaxValue, -float.MaxValue, float.NaN, 0 })
            {
                scorer.Score([value, value, 12, value, value, 40], outputs);
                Assert.All(outputs, o => Assert.True(double.IsFinite(o)));
            }
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void What_no_trainer_can_learn_from_is_refused_with_the_reason(string trainer)
    {
        float[][] one = [Ramp(1)];
        Refused(
            "at most 1000 classes, found 5000", Synthetic.Numeric(ModelTask.Multiclass, one, Ramp(1), classes: 5000));
        Refused("a finite label, found NaN in row 7", Synthetic.Numeric(
            ModelTask.Regression, one, [.. Ramp(1).Select(v => v == 7 ? float.NaN : v)]));
        Refused("one of 2 classes as label, found 2 in row 2", Synthetic.Numeric(ModelTask.Binary, one, Ramp(1)));
        Refused("at least one row", Synthetic.Numeric(ModelTask.Regression, [[]], []));
        Refused($"{Rows} labels, found 3",
            Synthetic.Numeric(ModelTask.Regression, one, Ramp(1)) with { Labels = [1, 2, 3] });

        void Refused(string reason, TrainingData data)
        {
            var error = Assert.Throws<ArgumentException>(() => Synthetic.Train(trainer, data, data));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    private static double[] TrainAndScore(string trainer, TrainingData data)
    {
        var scorer = Synthetic.Train(trainer, data, data, threads: 2);
        var outputs = scorer.ScoreAll(data.Features);
        Assert.All(outputs, o => Assert.True(double.IsFinite(o), $"{o}"));
        Assert.All(scorer.SlotImportance, i => Assert.True(double.IsFinite(i) && i >= 0, $"{i}"));
        return outputs;
    }

    private static float[] Ramp(float step) => [.. Enumerable.Range(0, Rows).Select(i => i * step)];

    private static float[] Scrambled(ulong seed)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, Rows).Select(_ => (float)random.NextDouble())];
    }
}
