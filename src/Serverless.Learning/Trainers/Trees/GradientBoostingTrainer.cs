using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Gradient boosting of regression trees on binned features (Friedman 2001; histograms and leaf-wise growth as in
/// LightGBM, Ke et al., NeurIPS 2017). Missing values and categories need no preparation. Hyperparameters have
/// LightGBM's names and meanings; <c>depth_wise</c>, which it lacks, is XGBoost's <c>grow_policy=depthwise</c>.
/// </summary>
public sealed class GradientBoostingTrainer : ITrainer
{
    public const string TrainerName = "gbt";

    /// <summary>Small data sets get smaller leaves: <c>min_data_in_leaf</c> is at most one row in this many.</summary>
    private const int RowsPerMinRow = 20;

    /// <summary>
    /// Max bins of all leaves' histograms together, 128 MB. With thousands of slots, each gets fewer bins.
    /// </summary>
    private const int MaxHistogramBins = 1 << 24;

    public string Name => TrainerName;

    public bool Supports(ModelTask task) => true;

    public bool SupportsObjectives => true;

    public Hyperparameters Defaults(ModelTask task) => new()
    {
        ["max_bin"] = BinnedColumn.MaxValueBins,
        ["cat_smooth"] = 10,
        ["feature_fraction"] = 1,
        ["depth_wise"] = 0,
        ["lambda_l2"] = 1,
        ["learning_rate"] = 0.1,
        ["num_leaves"] = 31,
        ["max_depth"] = 0,
        ["min_sum_hessian_in_leaf"] = 0.001,
        ["min_data_in_leaf"] = 20,
        ["early_stopping_round"] = 20,
        ["num_iterations"] = 300,
        ["bagging_fraction"] = 1,
    };

    public Hyperparameters Sample(ModelTask task, SplitMix64 random)
    {
        var sampled = Defaults(task);
        sampled.DrawBoosting(random);
        return sampled;
    }

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context)
    {
        TrainingDataRules.Verify(train);
        if (validation.Labels.Length > 0) TrainingDataRules.Verify(validation);
        var rows = train.AllRows?.Labels.Length ?? train.Labels.Length;
        var minRows = Math.Clamp(hyperparameters.GetInt32("min_data_in_leaf"), 1, Math.Max(1, rows / RowsPerMinRow));
        var leaves = hyperparameters.GetInt32("num_leaves");
        var maxBins = Math.Min(
            hyperparameters.GetInt32("max_bin"), MaxHistogramBins / Math.Max(1, leaves * train.Features.Slots.Count));
        var tree = new TreeSettings(
            leaves,
            minRows,
            hyperparameters.Get("min_sum_hessian_in_leaf"),
            hyperparameters.Get("lambda_l2"),
            hyperparameters.Get("cat_smooth"),
            hyperparameters.Get("learning_rate"))
        {
            DepthWise = hyperparameters.Get("depth_wise") != 0,
            MaxDepth = hyperparameters.GetInt32("max_depth") is > 0 and var depth ? depth : int.MaxValue,
            Monotone = [.. train.Goal.Monotone.Select(
                m => m switch { Monotone.Increasing => 1, Monotone.Decreasing => -1, _ => 0 })],
        };
        var settings = new BoostingSettings(
            hyperparameters.GetInt32("num_iterations"),
            hyperparameters.GetInt32("early_stopping_round"),
            hyperparameters.Get("bagging_fraction"),
            hyperparameters.Get("feature_fraction"),
            tree);
        var labels = train.AllRows?.Labels ?? train.Labels;
        maxBins = Math.Clamp(maxBins, 2, BinnedColumn.MaxValueBins);
        var bins = train.AllRows?.Bins.WithAtMost(maxBins, context.Threads)
            ?? BinnedMatrix.Create(train.Features, maxBins, context.Threads);
        using var booster = new Booster(
            train.Task,
            Objective.For(
                train.Goal.Objective ?? Objective.DefaultFor(train.Task), train.ClassCount, train.Goal.ClassWeights),
            new BoostingData(bins, labels),
            new BoostingData(bins.Bin(validation.Features, context.Threads), validation.Labels),
            settings,
            context);
        return booster.Run();
    }

    public Scorer Load(ReadOnlyMemory<byte> payload) => TreeEnsemble.Load(payload.Span);
}
