using Serverless.Learning.Search;

namespace Serverless.Learning.Definition;

/// <summary>
/// The content of <c>model.json</c>: what to predict and how strict to be. Everything has a default; what is left
/// out is inferred from the data. Its JSON Schema is <c>src/Serverless.Learning/Definition/model.schema.json</c>.
/// </summary>
public sealed record ModelDefinition
{
    /// <summary>Address of the JSON Schema, for editors. Not read.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Whether files begin with a row of column names. Null: true, unless <see cref="Columns"/> is given.</summary>
    public bool? Header { get; init; }

    /// <summary>The columns' names in order, where files have no header.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The column to predict. Null: the last one.</summary>
    public string? Label { get; init; }

    /// <summary>Null: inferred from the label's values.</summary>
    public ModelTask? Task { get; init; }

    /// <summary>Overrides for single features. Columns that are not named here are inferred.</summary>
    public IReadOnlyList<FeatureDefinition> Features { get; init; } = [];

    /// <summary>Column that orders the rows. Where set, the newest rows are held out.</summary>
    public string? Time { get; init; }

    /// <summary>
    /// Column that identifies a row's subject; all rows of one subject fall on the same side of a split. Not where
    /// <see cref="Time"/> is set: then the newest rows are held out, whoever they are of.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The single number that decides. Null: rmse, auc (binary) or logLoss (multiclass).</summary>
    public string? Metric { get; init; }

    public ValidationSettings Validation { get; init; } = new();

    public TrainingSettings Training { get; init; } = new();

    public RolloutSettings Rollout { get; init; } = new();

    public FreshnessSettings Freshness { get; init; } = new();

    public DriftSettings Drift { get; init; } = new();
}

[JsonConverter(typeof(CamelCaseConverter<ModelTask>))]
public enum ModelTask { Regression, Binary, Multiclass }

[JsonConverter(typeof(CamelCaseConverter<ColumnType>))]
public enum ColumnType { Numeric, Categorical, Boolean, Timestamp }

[JsonConverter(typeof(CamelCaseConverter<TrainingObjective>))]
public enum TrainingObjective { SquaredError, AbsoluteError, Poisson, Logistic, Softmax }

[JsonConverter(typeof(CamelCaseConverter<Monotone>))]
public enum Monotone { Increasing, Decreasing }

public sealed record FeatureDefinition
{
    public required string Name { get; init; }

    /// <summary>Null: inferred.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>Inclusive bounds of a numeric feature; a value outside makes the row bad.</summary>
    public NumericRange? Range { get; init; }

    /// <summary>The only values allowed; any other makes the row bad. Null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A missing value makes the row bad, and a prediction without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The direction that predictions may not leave as the values rise; numeric and boolean features. Null: any.</summary>
    public Monotone? Monotone { get; init; }

    /// <summary>Left out of training, for instance because it leaks the answer.</summary>
    public bool Ignored { get; init; }

    /// <summary>Why, for the owner. Not read.</summary>
    public string? Comment { get; init; }
}

/// <summary>Null: unbounded on that side.</summary>
public sealed record NumericRange(double? Min = null, double? Max = null);

public sealed record ValidationSettings
{
    /// <summary>Share of the rows held out for the gate, 0.05 to 0.5.</summary>
    public double Holdout { get; init; } = 0.2;

    /// <summary>Largest share of bad rows with which a file is still accepted, 0 to 1.</summary>
    public double MaxBadRows { get; init; } = 0.05;

    /// <summary>Limits per metric, by the metric's name, in MLflow's terms.</summary>
    public IReadOnlyDictionary<string, MetricThreshold> Thresholds { get; init; } =
        new Dictionary<string, MetricThreshold>();

    /// <summary>Categorical or boolean features for each value of which the report and the gate look at the metric apart.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>How much better than the champion, in the metric's units, a candidate must at least be.</summary>
    public double MinimumImprovement { get; init; }
}

/// <summary>As MLflow's MetricThreshold: changes are against the champion (or the baseline where there is none).</summary>
public sealed record MetricThreshold
{
    /// <summary>The candidate's metric must reach this.</summary>
    public double? Threshold { get; init; }

    /// <summary>It must be better than the champion's by this much, in the metric's units.</summary>
    public double? MinAbsoluteChange { get; init; }

    /// <summary>It must be better than the champion's by this share of the champion's.</summary>
    public double? MinRelativeChange { get; init; }

    /// <summary>Null: as is known of that metric.</summary>
    public bool? GreaterIsBetter { get; init; }
}

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

[JsonConverter(typeof(CamelCaseConverter<CalibrationMode>))]
public enum CalibrationMode { Auto, None }

public sealed record TrainingWindow
{
    /// <summary>
    /// 1 is the dropped file alone; more: the newest so many files of the model by name, whichever was dropped, with numbers in
    /// names ordered by their value.
    /// </summary>
    public int Files { get; init; } = 1;
}

[JsonConverter(typeof(CamelCaseConverter<RolloutStrategy>))]
public enum RolloutStrategy { BlueGreen, Canary, Shadow }

[JsonConverter(typeof(CamelCaseConverter<ApprovalMode>))]
public enum ApprovalMode { Auto, Manual }

public sealed record RolloutSettings
{
    public RolloutStrategy Strategy { get; init; } = RolloutStrategy.BlueGreen;

    /// <summary>
    /// Manual: the step to all traffic is a person's. A blue-green version waits as challenger; a canary waits at its last
    /// share, a shadow at the end of its period.
    /// </summary>
    public ApprovalMode Approval { get; init; } = ApprovalMode.Auto;

    /// <summary>Percent of the traffic that a canary answers, step by step, ascending. After the last one it is champion: 100 may be left out.</summary>
    public IReadOnlyList<double> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>A canary's step lasts at least this many minutes.</summary>
    public double StepMinutes { get; init; } = 10;

    /// <summary>A shadow's period, in hours.</summary>
    public double ShadowHours { get; init; } = 24;

    /// <summary>A canary's step, and a shadow's period, last until the challenger had this many requests.</summary>
    public int MinimumRequests { get; init; } = 200;

    /// <summary>Requests with the same value of this header are answered by the same side of a canary.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>As <see cref="KeyHeader"/>, by this field of a request's first row. Null for both: the row's id, where the model has an id column.</summary>
    public string? KeyField { get; init; }

    /// <summary>A challenger is rolled back when its share of failed requests is surely above the champion's, and by more than this.</summary>
    public double MaxErrorRateIncrease { get; init; } = 0.01;

    /// <summary>It is rolled back when more than one in twenty of its requests is slower than the champion's 95th percentile and this share of it.</summary>
    public double MaxLatencyIncrease { get; init; } = 0.5;

    /// <summary>Slower by fewer milliseconds than this is not slower.</summary>
    public double MinLatencyMilliseconds { get; init; } = 1;

    /// <summary>It is rolled back when its metric on predictions with feedback is surely worse, and by more than this, in the metric's units.</summary>
    public double MaxMetricLoss { get; init; }
}

public sealed record FreshnessSettings
{
    /// <summary>The champion is stale when it is older than this many days.</summary>
    public double MaxAgeDays { get; init; } = 30;

    /// <summary>Ask for a retrain when the champion is stale and there is data it has not seen.</summary>
    public bool Retrain { get; init; } = true;
}

[JsonConverter(typeof(CamelCaseConverter<DriftStatistic>))]
public enum DriftStatistic { Psi, Jensenshannon, Ks, Wasserstein, Chisquare }

[JsonConverter(typeof(CamelCaseConverter<DriftAction>))]
public enum DriftAction { Report, Alert, Retrain }

public sealed record DriftSettings
{
    /// <summary>
    /// How a feature's distributions are compared. For categories, which have no order, ks gives way to chisquare and
    /// wasserstein to jensenshannon.
    /// </summary>
    public DriftStatistic Statistic { get; init; } = DriftStatistic.Psi;

    /// <summary>A feature has drifted above this where that is no chance, for ks and chisquare below. Null: 0.1 for psi, jensenshannon and wasserstein; p below 0.05 for ks and chisquare.</summary>
    public double? Threshold { get; init; }

    /// <summary>The data set has drifted when at least this share of the features has.</summary>
    public double DriftShare { get; init; } = 0.5;

    /// <summary>Hours of traffic that are compared with the training data, at most a year.</summary>
    public double WindowHours { get; init; } = 24;

    /// <summary>Below this many predictions in the window nothing is concluded.</summary>
    public int MinimumRows { get; init; } = 200;

    public DriftAction Action { get; init; } = DriftAction.Retrain;
}
