using Serverless.Learning.Definition;

namespace Serverless.Learning.Metrics;

/// <summary>Every metric there is.</summary>
public static class MetricCatalog
{
    /// <summary>In the order in which reports show them.</summary>
    public static IReadOnlyList<Metric> Known { get; } =
    [
        new Rmse(), new Mae(), new R2(),
        new Auc(), new Accuracy(), new MacroF1(), new LogLoss(),
        new F1(), new Precision(), new Recall(), new CalibrationError(),
    ];

    public static IEnumerable<Metric> For(ModelTask task) => Known.Where(m => m.Supports(task));

    /// <summary>Null where there is no such metric, or none for that task.</summary>
    public static Metric? Find(string name, ModelTask task) => For(task).FirstOrDefault(m => m.Name == name);

    /// <summary>What decides where <c>model.json</c> names nothing: rmse, auc, logLoss.</summary>
    public static Metric Default(ModelTask task) => task switch
    {
        ModelTask.Regression => Find("rmse", task)!,
        ModelTask.Binary => Find("auc", task)!,
        _ => Find("logLoss", task)!,
    };

    /// <summary>
    /// Every metric of the task by name, in ordinal order. One that is not defined on these rows is left out: JSON has
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
