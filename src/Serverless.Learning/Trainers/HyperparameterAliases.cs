namespace Serverless.Learning.Trainers;

/// <summary>
/// The names that hyperparameters had in manifests and checkpoints before they took LightGBM's and scikit-learn's.
/// </summary>
public static class HyperparameterAliases
{
    private static readonly Dictionary<string, string> Current = new()
    {
        ["bins"] = "max_bin",
        ["categorySmoothing"] = "cat_smooth",
        ["columnShare"] = "feature_fraction",
        ["depthWise"] = "depth_wise",
        ["iterations"] = "max_iter",
        ["lambda"] = "lambda_l2",
        ["learningRate"] = "learning_rate",
        ["leaves"] = "num_leaves",
        ["maxDepth"] = "max_depth",
        ["minHessian"] = "min_sum_hessian_in_leaf",
        ["minRows"] = "min_data_in_leaf",
        ["patience"] = "early_stopping_round",
        ["rounds"] = "num_iterations",
        ["rowShare"] = "bagging_fraction",
        ["trees"] = "num_iterations",
    };

    // The same old name for penalties that count differently; lbfgs and sdca keep it.
    private static readonly Dictionary<string, string> CurrentL2 = new()
    {
        ["lightgbm"] = "lambda_l2",
        ["linear"] = "alpha",
    };

    /// <summary>Renames, in place, the hyperparameters that still have their old names.</summary>
    /// <param name="trainer">The trainer that they belong to.</param>
    public static void Rename(string trainer, Hyperparameters hyperparameters)
    {
        foreach (var (name, value) in hyperparameters.ToArray())
        {
            var current = name == "l2" ? CurrentL2.GetValueOrDefault(trainer) : Current.GetValueOrDefault(name);
            if (current is null || !hyperparameters.Remove(name)) continue;
            hyperparameters[current] = value;
        }
    }
}
