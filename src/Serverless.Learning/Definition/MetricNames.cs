namespace Serverless.Learning.Definition;

/// <summary>The metrics that <c>model.json</c> may name, by task.</summary>
public static class MetricNames
{
    private static readonly string[] _regression = ["rmse", "mae", "r2"];
    private static readonly string[] _binary =
        ["auc", "logLoss", "f1", "precision", "recall", "accuracy", "calibrationError"];

    private static readonly string[] _multiclass = ["accuracy", "macroF1", "logLoss"];

    public static IReadOnlyList<string> All { get; } = [.. _regression.Union(_binary).Union(_multiclass)];

    public static IReadOnlyList<string> For(ModelTask task) => task switch
    {
        ModelTask.Regression => _regression,
        ModelTask.Binary => _binary,
        _ => _multiclass,
    };

    /// <summary>The metric that decides where model.json names none.</summary>
    public static string Default(ModelTask task) => task switch
    {
        ModelTask.Regression => "rmse",
        ModelTask.Binary => "auc",
        _ => "logLoss",
    };

    /// <summary>Whether more is better; otherwise less is.</summary>
    public static bool GreaterIsBetter(string metric) => metric is not ("rmse" or "mae" or "logLoss" or "calibrationError");
}
