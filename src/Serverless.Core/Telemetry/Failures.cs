using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Core.Telemetry;

/// <summary>Counts faults of the product where they are caught; an alert rule on Azure watches the counter.</summary>
internal static class Failures
{
    public const string Ingest = "ingest";
    public const string Run = "run";
    public const string Predict = "predict";
    public const string Batch = "batch";
    public const string Load = "load";
    public const string Refresh = "refresh";
    public const string PredictionLog = "predictionLog";
    public const string RolloutLog = "rolloutLog";
    public const string Progress = "progress";

    private static readonly Meter _meter = new(SourceNames.Monitoring);

    private static readonly Counter<long> _failures = _meter.CreateCounter<long>(
        InstrumentNames.Failures,
        "{failure}",
        "Failures of the product or its store, not of data or callers.");

    /// <param name="model">Null if the operation concerns no single model.</param>
    public static void Count(string operation, string? model, Exception exception)
    {
        // Cancellation by a stopping host or a disconnected client is not a fault.
        if (exception is OperationCanceledException || !_failures.Enabled) return;
        var tags = new TagList
        {
            { AttributeNames.Operation, operation },
            { AttributeNames.ErrorType, Spans.ErrorType(exception) },
        };
        if (model is not null) tags.Add(AttributeNames.Model, model);
        _failures.Add(1, tags);
    }
}
