namespace Serverless.Learning.Definition;

/// <summary>The objectives of each task.</summary>
internal static class ObjectiveNames
{
    public static bool Serves(TrainingObjective objective, ModelTask task) => objective switch
    {
        TrainingObjective.Logistic => task == ModelTask.Binary,
        TrainingObjective.Softmax => task == ModelTask.Multiclass,
        _ => task == ModelTask.Regression,
    };

    /// <summary>As in <c>model.json</c>.</summary>
    public static string Of(TrainingObjective objective)
    {
        var name = objective.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
