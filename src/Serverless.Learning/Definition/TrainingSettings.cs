using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

public sealed record TrainingSettings
{
    /// <summary>Names of the trainers that compete. Empty: every one that serves the task.</summary>
    public IReadOnlyList<string> Trainers { get; init; } = [];

    /// <summary>
    /// How many configurations compete: each trainer's defaults first, then seeded samples of hyperparameters. 1 to 1000. With
    /// enough rows they compete by successive halving, see <see cref="SearchPlan"/>.
    /// </summary>
    public int Trials { get; init; } = 4;

    /// <summary>
    /// After this many seconds of trials only the best so far still learns from all rows. Each trainer's defaults always run.
    /// </summary>
    public double Seconds { get; init; } = 600;

    public long Seed { get; init; } = 42;

    /// <summary>What is made small. Null: squaredError, logistic or softmax, by the task. Only <c>gbt</c> takes another.</summary>
    public TrainingObjective? Objective { get; init; }

    /// <summary>How much a row counts, by its class; 1 where a class is not named. Only <c>gbt</c> takes any.</summary>
    public IReadOnlyDictionary<string, double> ClassWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether a classifier's probabilities are corrected where that surely makes them truer.</summary>
    public CalibrationMode Calibration { get; init; } = CalibrationMode.Auto;

    /// <summary>Which files one run trains on.</summary>
    public TrainingWindow Window { get; init; } = new();
}

public sealed record TrainingWindow
{
    /// <summary>
    /// 1 is the dropped file alone; more: the newest so many files of the model by name, whichever was dropped, with numbers in
    /// names ordered by their value.
    /// </summary>
    public int Files { get; init; } = 1;
}

[JsonConverter(typeof(CamelCaseConverter<TrainingObjective>))]
public enum TrainingObjective { SquaredError, AbsoluteError, Poisson, Logistic, Softmax }

[JsonConverter(typeof(CamelCaseConverter<CalibrationMode>))]
public enum CalibrationMode { Auto, None }
