using FsCheck;
using FsCheck.Fluent;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Metrics;

public class MetricsTests
{
    private static double Value(string name, Predictions predictions) =>
        MetricCatalog.Find(name, predictions.Task)!.Compute(predictions);

    [Fact]
    public void Regression_metrics_are_those_worked_out_by_hand()
    {
        var p = PredictionSamples.Regression([1, 2, 3, 6], [2, 2, 1, 6]);
        Assert.Equal(Math.Sqrt(5.0 / 4), Value("rmse", p), 1e-12);
        Assert.Equal(3.0 / 4, Value("mae", p), 1e-12);
        Assert.Equal(1 - (5.0 / 14), Value("r2", p), 1e-12);
    }

    [Fact]
    public void Binary_metrics_are_those_worked_out_by_hand()
    {
        // TP 2, FP 1, FN 1, TN 1; pairs in order: of 3 × 2, those of scores (.9,.8,.3) against (.6,.1): 2 + 2 + 1.
        var p = PredictionSamples.Binary([1, 1, 1, 0, 0], [0.9, 0.8, 0.3, 0.6, 0.1]);
        Assert.Equal(5.0 / 6, Value("auc", p), 1e-12);
        Assert.Equal(2.0 / 3, Value("precision", p), 1e-12);
        Assert.Equal(2.0 / 3, Value("recall", p), 1e-12);
        Assert.Equal(2.0 / 3, Value("f1", p), 1e-12);
        Assert.Equal(3.0 / 5, Value("accuracy", p), 1e-12);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.3) + Math.Log(0.4) + Math.Log(0.9)) / 5,
            Value("logLoss", p), 1e-12);
        Assert.Equal((0.1 + 0.2 + 0.7 + 0.6 + 0.1) / 5, Value("calibrationError", p), 1e-12);
    }

    [Fact]
    public void Calibration_error_pools_the_rows_of_a_bin()
    {
        var p = PredictionSamples.Binary([1, 0, 0, 0, 1, 1], [0.21, 0.22, 0.23, 0.24, 1, 0.95]);
        Assert.Equal((Math.Abs(1 - 0.9) + Math.Abs(2 - 1.95)) / 6, Value("calibrationError", p), 1e-12);
    }

    [Fact]
    public void Multiclass_metrics_match_hand_calculation_and_unknown_classes_are_wrong()
    {
        var p = PredictionSamples.Multiclass(
            [0, 1, 1, -1], [0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.1, 0.8, 0.1], [0.2, 0.6, 0.2]);
        Assert.Equal(0.5, Value("accuracy", p), 1e-12);
        // Class 0: TP 1, FP 1, FN 0. Class 1: TP 1, FP 1 (the unknown), FN 1. Class 2 never occurs.
        Assert.Equal(((2.0 / 3) + (2.0 / 4)) / 2, Value("macroF1", p), 1e-12);
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.4) + Math.Log(0.8) + Math.Log(1e-15)) / 4, Value("logLoss", p), 1e-9);
    }

    [Fact]
    public void A_wrong_certainty_costs_a_finite_log_loss() =>
        Assert.Equal(-Math.Log(1e-15), Value("logLoss", PredictionSamples.Binary([1], [0])), 1e-9);

    [Fact]
    public void Where_a_metric_is_not_defined_it_is_left_out()
    {
        Assert.Equal(["accuracy", "calibrationError", "logLoss"],
            MetricCatalog.All(PredictionSamples.Binary([0, 0], [0.1, 0.2])).Keys);
        Assert.Equal(
            ["mae", "rmse"], MetricCatalog.All(PredictionSamples.Regression([0.1f, 0.1f, 0.1f], [1, 2, 3])).Keys);
        Assert.Empty(MetricCatalog.All(PredictionSamples.Regression([], [])));
        Assert.True(double.IsNaN(Value("auc", PredictionSamples.Binary([0, 1], [0.3, double.NaN]))));
    }

    [Fact]
    public void Precision_without_positive_predictions_is_0_if_positives_exist()
    {
        Assert.Equal(0, Value("precision", PredictionSamples.Binary([0, 1], [0.1, 0.2])));
        Assert.True(double.IsNaN(Value("precision", PredictionSamples.Binary([0, 0], [0.1, 0.2]))));
    }

    [Fact]
    public void R2_keeps_its_digits_far_from_zero()
    {
        var p = PredictionSamples.Regression(
            [16_000_001, 16_000_002, 16_000_003, 16_000_006], [16_000_002, 16_000_002, 16_000_001, 16_000_006]);
        Assert.Equal(1 - (5.0 / 14), Value("r2", p), 1e-9);
    }

    [Theory]
    [InlineData(ModelTask.Regression, "rmse", "mae,r2,rmse")]
    [InlineData(ModelTask.Binary, "auc", "accuracy,auc,calibrationError,f1,logLoss,precision,recall")]
    [InlineData(ModelTask.Multiclass, "logLoss", "accuracy,logLoss,macroF1")]
    public void Each_task_has_its_metrics_and_one_that_decides(ModelTask task, string decides, string all)
    {
        Assert.Equal(decides, MetricCatalog.Default(task).Name);
        Assert.Equal(all, string.Join(',', MetricCatalog.For(task).Select(m => m.Name).Order(StringComparer.Ordinal)));
        Assert.Null(MetricCatalog.Find("no-such-metric", task));
        // What model.json may name, and in which direction.
        Assert.Equal(MetricNames.For(task).Order(), MetricCatalog.For(task).Select(m => m.Name).Order());
        Assert.All(
            MetricCatalog.For(task), m => Assert.Equal(MetricNames.GreaterIsBetter(m.Name), m.GreaterIsBetter));
    }

    [Fact]
    public void Auc_is_the_share_of_correctly_ordered_pairs_with_ties() =>
        ForPredictions(ModelTask.Binary, p =>
        {
            double right = 0;
            long pairs = 0;
            for (var i = 0; i < p.Rows; i++)
            {
                for (var j = 0; j < p.Rows; j++)
                {
                    if (p.Labels[i] != 1 || p.Labels[j] != 0) continue;
                    pairs++;
                    right += p.Outputs[i] > p.Outputs[j] ? 1 : p.Outputs[i] == p.Outputs[j] ? 0.5 : 0;
                }
            }

            var auc = Value("auc", p);
            return pairs == 0 ? double.IsNaN(auc) : Math.Abs(auc - (right / pairs)) < 1e-12;
        });

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void A_weight_counts_a_row_that_often(ModelTask task) =>
        ForPredictions(task, p =>
        {
            var random = new SplitMix64((ulong)p.Rows);
            var weights = new int[p.Rows];
            List<int> repeated = [];
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = random.NextInt32(4);
                for (var k = 0; k < weights[i]; k++) repeated.Add(i);
            }

            var copies = p.Select([.. repeated]);
            return MetricCatalog.For(task).All(m =>
            {
                var (weighted, plain) = (m.Compute(p, weights), copies.Rows == 0 ? double.NaN : m.Compute(copies));
                return weighted.Equals(plain) || Math.Abs(weighted - plain) < 1e-9 * (1 + Math.Abs(plain));
            });
        });

    /// <summary>Small sets of rows with many ties.</summary>
    private static void ForPredictions(ModelTask task, Func<Predictions, bool> holds)
    {
        var rows =
            from label in Gen.Choose(task == ModelTask.Multiclass ? -1 : 0, task == ModelTask.Binary ? 1 : 2)
            from a in Gen.Choose(0, 10)
            from b in Gen.Choose(0, 10 - a)
            select (label,
                outputs: task == ModelTask.Multiclass ? new[] { a / 10.0, b / 10.0, (10 - a - b) / 10.0 } : [a / 10.0]);
        var sets = Gen.NonEmptyListOf(rows).Select(list => new Predictions(
            task,
            task switch { ModelTask.Regression => [], ModelTask.Binary => ["no", "yes"], _ => ["a", "b", "c"] },
            [.. list.Select(r => (float)r.label)],
            [.. list.SelectMany(r => r.outputs)]));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(sets.ToArbitrary(), holds));
    }
}
