namespace Serverless.Core.Telemetry;

// Names follow OpenTelemetry's conventions; docs/telemetry.md describes each. infra compiles this file too, for its
// alert rules, so it uses no other file.

/// <summary>Activity sources, and the meters of the same names.</summary>
public static class SourceNames
{
    /// <summary>Pattern for listeners.</summary>
    public const string All = "Serverless.*";

    public const string Runs = "Serverless.Runs";
    public const string Serving = "Serverless.Serving";
    public const string Monitoring = "Serverless.Monitoring";
}

public static class SpanNames
{
    public const string Ingest = "ingest";
    public const string Run = "run";
    public const string Validate = "validate";
    public const string Read = "read";
    public const string Trial = "trial";
    public const string Gate = "gate";
    public const string Register = "register";
    public const string Promote = "promote";
    public const string Predict = "predict";
    public const string PredictFile = "predict-file";
    public const string Check = "check";
}

public static class InstrumentNames
{
    public const string IngestDuration = "serverless.ingest.duration";
    public const string RunDuration = "serverless.run.duration";
    public const string StageDuration = "serverless.run.stage.duration";
    public const string RowsRead = "serverless.rows.read";
    public const string Verdicts = "serverless.gate.verdicts";
    public const string Predictions = "serverless.predictions";
    public const string PredictionDuration = "serverless.prediction.duration";
    public const string BatchDuration = "serverless.batch.duration";
    public const string BatchRows = "serverless.batch.rows";
    public const string CacheRequests = "serverless.model_cache.requests";
    public const string CacheSwaps = "serverless.model_cache.swaps";
    public const string Drift = "serverless.drift";
    public const string ModelAge = "serverless.model.age";
    public const string Failures = "serverless.failures";
}

public static class AttributeNames
{
    public const string Model = "serverless.model.name";
    public const string Version = "serverless.model.version";
    public const string RunId = "serverless.run.id";
    public const string Stage = "serverless.run.stage";
    public const string Outcome = "serverless.outcome";
    public const string Rows = "serverless.row.count";
    public const string BadRows = "serverless.row.bad_count";
    public const string RowState = "serverless.row.state";
    public const string Trial = "serverless.trial.number";
    public const string Trainer = "serverless.trainer";
    public const string Metric = "serverless.metric";
    public const string Score = "serverless.score";
    public const string Verdict = "serverless.gate.verdict";
    public const string Champion = "serverless.champion.version";
    public const string CacheResult = "serverless.cache.result";
    public const string Feature = "serverless.feature";
    public const string Statistic = "serverless.statistic";
    public const string Check = "serverless.check";
    public const string Operation = "serverless.operation";

    // Names of the semantic conventions.
    public const string File = "file.name";
    public const string ErrorType = "error.type";
}
