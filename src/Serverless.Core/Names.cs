namespace Serverless.Core;

// Names shared by the code and the Pulumi stack. infra compiles this file by itself, so it uses no other file and no
// package.

/// <summary>Blob containers; <c>BlobPaths</c> describes their content.</summary>
public static class ContainerNames
{
    public const string Datasets = "datasets";
    public const string Data = "data";
    public const string Models = "models";
    public const string Quarantine = "quarantine";
    public const string Predictions = "predictions";
    public const string Feedback = "feedback";
    public const string Monitoring = "monitoring";
    public const string Batch = "batch";

    public static IReadOnlyList<string> All { get; } =
        [Datasets, Data, Models, Quarantine, Predictions, Feedback, Monitoring, Batch];
}

/// <summary>Folders of <see cref="ContainerNames.Batch"/>.</summary>
public static class BatchFolders
{
    /// <summary>Where users drop files to predict.</summary>
    public const string Inputs = ContainerNames.Batch + "/in";
}

public static class QueueNames
{
    public const string Ingest = "ingest";
    public const string Retrain = "retrain";
    public const string Batch = "batch";

    public static IReadOnlyList<string> All { get; } = [Ingest, Retrain, Batch];
}

/// <summary>Functions that are called or monitored by name from outside the app.</summary>
public static class FunctionNames
{
    public const string Ingest = "ingest";
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

    /// <summary>
    /// When the schedules in <c>model.json</c> are looked at, which are those of sources and of training.
    /// </summary>
    public const string SourceSchedule = "SourceSchedule";

    // The next two are bound by name to properties of TrainingOptions and ServingOptions.

    /// <summary>Time limit of training in one invocation, as hh:mm:ss; see <c>TrainingOptions</c>.</summary>
    public const string TrainingLimit = "TrainingLimit";

    /// <summary>Megabytes of loaded models in memory; see <c>ServingOptions</c>.</summary>
    public const string ModelCache = "ModelCacheMegabytes";
}

/// <summary>Event names of alerts in the log, matched by alert rules.</summary>
public static class EventNames
{
    public const string StalenessAlert = "StalenessAlert";
    public const string DriftAlert = "DriftAlert";
    public const string RollBackAlert = "RollBackAlert";
    public const string RejectedFileAlert = "RejectedFileAlert";
    public const string UnreadableVersionAlert = "UnreadableVersionAlert";
    public const string UnusableDefinitionAlert = "UnusableDefinitionAlert";
    public const string MissingFileAlert = "MissingFileAlert";
    public const string DanglingAliasAlert = "DanglingAliasAlert";
    public const string ScheduleAlert = "ScheduleAlert";
    public const string SourceAlert = "SourceAlert";
}
