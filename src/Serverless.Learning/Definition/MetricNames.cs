namespace Serverless.Learning.Definition;

/// <summary>The metrics that <c>model.json</c> may name, by task.</summary>
public static class MetricNames
{
    private static readonly string[] Regression = ["rmse", "mae", "r2"];
    private static readonly string[] Binary =
        ["auc", "logLoss", "f1", "precision", "recall", "accuracy", "calibrationError"];

    private static readonly string[] Multiclass = ["accuracy", "macroF1", "logLoss"];

    public static IReadOnlyList<string> All { get; } = [.. Regression.Union(Binary).Union(Multiclass)];

    public static IReadOnlyList<string> For(ModelTask task) => task switch
    {
        ModelTask.Regression => Regression,
        ModelTask.Binary => Binary,
        _ => Multiclass,
    };

    /// <summary>The deciding metric if model.json names none.</summary>
    public static string Default(ModelTask task) => task switch
    {
        ModelTask.Regression => "rmse",
        ModelTask.Binary => "auc",
        _ => "logLoss",
    };

    /// <summary>Whether a larger value is better.</summary>
    public static bool GreaterIsBetter(string metric) =>
        metric is not ("rmse" or "mae" or "logLoss" or "calibrationError");
}
