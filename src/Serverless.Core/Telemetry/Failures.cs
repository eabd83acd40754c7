using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Core.Telemetry;

/// <summary>Faults of ours, counted where they are caught; an alert rule on Azure watches the counter.</summary>
internal static class Failures
{
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
        "What failed by a fault of the product or its store, not of data or callers.");

    /// <param name="model">Null where the operation is about no single model.</param>
    public static void Count(string operation, string? model, Exception exception)
    {
        // A host that stops, or a client that gave up, is no fault.
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
