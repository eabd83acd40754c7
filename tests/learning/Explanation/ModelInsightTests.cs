using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Explanation;
using Serverless.Learning.Metrics;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Explanation;

public class ModelInsightTests
{
    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void What_the_label_follows_from_is_missed_and_noise_is_not(ModelTask task)
    {
        var (scorer, rows) = Trained(task);

        var found = Permutation(scorer, task, rows, threads: 2);

        Assert.Equal(Synthetic.Slots.Count, found.Count);
        Assert.Contains("smooth", found.Take(2).Select(f => f.Feature));
        var (smooth, noise) = (found.Single(f => f.Feature == "smooth"), found.Single(f => f.Feature == "noise"));
        Assert.True(smooth.Loss > 20 * Math.Abs(noise.Loss), $"{smooth} {noise}");
        Assert.True(smooth.Loss > 5 * smooth.Deviation);
        Assert.Equal(found.OrderByDescending(f => f.Loss), found);
    }

    [Fact]
    public void Only_the_seed_changes_the_numbers_and_not_the_threads()
    {
        var (scorer, rows) = Trained(ModelTask.Binary);

        Assert.Equal(Permutation(scorer, ModelTask.Binary, rows, 1), Permutation(scorer, ModelTask.Binary, rows, 4));
        Assert.NotEqual(
            Permutation(scorer, ModelTask.Binary, rows, 1), Permutation(scorer, ModelTask.Binary, rows, 1, seed: 8));
    }

    [Fact]
    public void Rows_of_which_the_metric_says_nothing_say_nothing()
    {
        var (scorer, rows) = Trained(ModelTask.Binary);
        var oneClass = rows with { Labels = new float[rows.Labels.Length] };

        Assert.Empty(PermutationImportance.Of(
            scorer, Signature(ModelTask.Binary), new Auc(), oneClass, 7, 1, TestContext.Current.CancellationToken));
        var insight = ModelInsight.Of(
            scorer, Signature(ModelTask.Binary), new Auc(), oneClass, 7, 1, TestContext.Current.CancellationToken);
        Assert.Equal(6, insight.Partial.Count); // by what training tells instead
    }

    [Fact]
    public void A_linear_models_dependence_is_a_line_or_steps_by_category()
    {
        var data = Synthetic.Make(ModelTask.Regression, 3000, seed: 1);
        data = data with
        {
            Labels =
            [.. data.Features.Columns[0].Select((x, i) => (3 * x) + (data.Features.Columns[2][i] == 4 ? 10 : 0))]
        };
        var scorer = Synthetic.Train("linear", data, data, change: h => h["alpha"] = 1e-9);

        var line = Partial(scorer, "smooth", data)!;
        Assert.Equal(20, line.Values.Count);
        Assert.Null(line.Categories);
        Assert.Equal(200, line.Rows);
        for (var i = 1; i < line.Values.Count; i++)
        {
            Assert.Equal(3, (line.Means[i][0] - line.Means[i - 1][0]) / (line.Values[i] - line.Values[i - 1]), 1e-2);
        }

        var steps = Partial(scorer, "colour", data)!;
        Assert.Equal(8, steps.Categories!.Count);
        for (var i = 0; i < steps.Values.Count; i++)
        {
            Assert.Equal($"category {steps.Values[i]}", steps.Categories[i]);
            Assert.Equal(
                steps.Values[i] == 4 ? 10 : 0, steps.Means[i][0] - steps.Means[steps.Values[0] == 4 ? 1 : 0][0], 0.1);
        }
    }

    [Fact]
    public void A_feature_of_one_value_has_no_curve()
    {
        var data = Synthetic.Make(ModelTask.Regression, 300, seed: 1);
        var scorer = Synthetic.Train("linear", data, data);
        float[][] columns = [.. data.Features.Columns];
        columns[0] = [.. Enumerable.Repeat(1f, 300)];
        columns[3] = [.. Enumerable.Repeat(float.NaN, 300)];
        var constant = data with { Features = new FeatureMatrix(Synthetic.Slots, columns, 300) };

        Assert.Null(Partial(scorer, "smooth", constant));
        Assert.Null(Partial(scorer, "noise", constant));
    }

    private static (Scorer Scorer, TrainingData Rows) Trained(ModelTask task)
    {
        var data = Synthetic.Make(task, 4000, seed: 5);
        return (Synthetic.Train("gbt", data.Take(0, 2500), data.Take(2500, 3000), change: h =>
            h["num_iterations"] = 60), data.Take(3000, 4000));
    }

    private static IReadOnlyList<PermutationImportance> Permutation(
        Scorer scorer, ModelTask task, TrainingData rows, int threads, long seed = 7) =>
        PermutationImportance.Of(scorer, Signature(task), MetricCatalog.Default(task), rows, seed, threads,
            TestContext.Current.CancellationToken);

    private static PartialDependence? Partial(Scorer scorer, string feature, TrainingData rows) =>
        PartialDependence.Of(
            scorer, Signature(rows.Task), feature, rows.Features, 7, TestContext.Current.CancellationToken);

    private static Signature Signature(ModelTask task) => new()
    {
        Task = task,
        Label = "label",
        Classes =
            task switch { ModelTask.Regression => [], ModelTask.Binary => ["no", "yes"], _ => ["a", "b", "c", "d"] },
        Features = [.. Synthetic.Slots.Select(s => new SignatureFeature
        {
            Name = s.Name,
            Type = s.IsCategorical ? ColumnType.Categorical : ColumnType.Numeric,
            Categories = [.. Enumerable.Range(0, s.Cardinality).Select(i => $"category {i}")],
        })],
    };
}
