using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record TrainingSettings
{
    /// <summary>Names of the competing trainers. Empty: every one that supports the task.</summary>
    public IReadOnlyList<string> Trainers { get; init; } = [];

    /// <summary>
    /// How many configurations compete: each trainer's defaults, then seeded samples of hyperparameters. 1 to 1000.
    /// With enough rows they compete by successive halving.
    /// </summary>
    public int Trials { get; init; } = 4;

    /// <summary>
    /// Time budget for trials. Beyond it only the best configuration so far is trained on all rows. Each trainer's
    /// defaults always run.
    /// </summary>
    public double Seconds { get; init; } = 600;

    public long Seed { get; init; } = 42;

    /// <summary>
    /// The loss to minimise. Default: squaredError, logistic or softmax, by the task. Only <c>gbt</c> supports others.
    /// </summary>
    public TrainingObjective? Objective { get; init; }

    /// <summary>Weight of a row by its class; 1 for classes not named. Only <c>gbt</c> supports weights.</summary>
    public IReadOnlyDictionary<string, double> ClassWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether to calibrate a classifier's probabilities if that makes them significantly better.</summary>
    public CalibrationMode Calibration { get; init; } = CalibrationMode.Auto;

    /// <summary>
    /// Earlier name of <see cref="ModelDefinition.Data"/>'s window. Null after reading: its content is moved there.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrainingWindow? Window { get; init; }

    /// <summary>
    /// When to ask for a retrain if there is anything new to learn from: NCRONTAB, six fields, UTC. Without one, no
    /// time asks.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Schedule { get; init; }

    /// <summary>Finds the first time of <see cref="Schedule"/> after another; null if there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) => ScheduleText.NextAfter(Schedule, time);
}

/// <summary>Earlier name of <see cref="DataWindow"/>.</summary>
public sealed record TrainingWindow
{
    /// <summary>See <see cref="DataWindow.Files"/>.</summary>
    public int? Files { get; init; }
}

[JsonConverter(typeof(CamelCaseConverter<TrainingObjective>))]
public enum TrainingObjective { SquaredError, AbsoluteError, Poisson, Logistic, Softmax }

[JsonConverter(typeof(CamelCaseConverter<CalibrationMode>))]
public enum CalibrationMode { Auto, None }
