namespace Serverless.Core;

// Names on which the code and the Pulumi stack must agree. This file uses nothing of the project and no package,
// because infra compiles it by itself.

/// <summary>Blob containers; what lies in each is told by <c>BlobPaths</c>.</summary>
public static class ContainerNames
{
    public const string Datasets = "datasets";
    public const string Models = "models";
    public const string Quarantine = "quarantine";
    public const string Predictions = "predictions";
    public const string Feedback = "feedback";
    public const string Monitoring = "monitoring";
    public const string Batch = "batch";

    public static IReadOnlyList<string> All { get; } =
        [Datasets, Models, Quarantine, Predictions, Feedback, Monitoring, Batch];
}

/// <summary>Folders of <see cref="ContainerNames.Batch"/>.</summary>
public static class BatchFolders
{
    /// <summary>Where people drop files.</summary>
    public const string Inputs = ContainerNames.Batch + "/in";
}

public static class QueueNames
{
    public const string Retrain = "retrain";
    public const string Batch = "batch";

    public static IReadOnlyList<string> All { get; } = [Retrain, Batch];
}

/// <summary>Functions that something outside the app calls or watches by name.</summary>
public static class FunctionNames
{
    public const string Train = "train";
    public const string Predict = "predict";
    public const string PredictFile = "predict-file";
}

/// <summary>App settings.</summary>
public static class SettingNames
{
    /// <summary>The connection of every blob and queue trigger.</summary>
    public const string Storage = "DataStorage";

    public const string StalenessSchedule = "StalenessSchedule";
    public const string DriftSchedule = "DriftSchedule";
    public const string SweepSchedule = "SweepSchedule";
    public const string RolloutSchedule = "RolloutSchedule";

    // The three below are bound by their names to the properties of TrainingOptions and ServingOptions.

    /// <summary>How long one invocation may train, as hh:mm:ss; see <c>TrainingOptions</c>.</summary>
    public const string TrainingLimit = "TrainingLimit";

    /// <summary>Megabytes of loaded models in memory; see <c>ServingOptions</c>.</summary>
    public const string ModelCache = "ModelCacheMegabytes";
}

/// <summary>Log events of alerts, for rules that look for them.</summary>
public static class EventNames
{
    public const string StalenessAlert = "StalenessAlert";
    public const string DriftAlert = "DriftAlert";
    public const string RollBackAlert = "RollBackAlert";
    public const string RejectedFileAlert = "RejectedFileAlert";
    public const string UnreadableVersionAlert = "UnreadableVersionAlert";
}
