using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>All metrics.</summary>
public static class MetricCatalog
{
    /// <summary>In report order.</summary>
    public static IReadOnlyList<Metric> Known { get; } =
    [
        new Rmse(), new Mae(), new R2(),
        new Auc(), new Accuracy(), new MacroF1(), new LogLoss(),
        new F1(), new Precision(), new Recall(), new CalibrationError(),
    ];

    public static IEnumerable<Metric> For(ModelTask task) => Known.Where(m => m.Supports(task));

    /// <summary>Null if the metric does not exist or does not support the task.</summary>
    public static Metric? Find(string name, ModelTask task) => For(task).FirstOrDefault(m => m.Name == name);

    /// <summary>The deciding metric if <c>model.json</c> names none: rmse, auc, logLoss.</summary>
    public static Metric Default(ModelTask task) => task switch
    {
        ModelTask.Regression => Find("rmse", task)!,
        ModelTask.Binary => Find("auc", task)!,
        _ => Find("logLoss", task)!,
    };

    /// <summary>
    /// Every metric of the task by name, in ordinal order. Omits metrics that are not defined on these rows: JSON has
    /// no NaN.
    /// </summary>
    public static SortedDictionary<string, double> All(Predictions predictions)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in For(predictions.Task))
        {
            var value = metric.Compute(predictions);
            if (double.IsFinite(value)) values[metric.Name] = value;
        }

        return values;
    }
}
