using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Batch;

/// <summary>Telemetry of predicted files: one span per invocation that works on a file.</summary>
internal static class BatchTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Serving);
    private static readonly Meter _meter = new(SourceNames.Serving);

    private static readonly Counter<long> _rows = _meter.CreateCounter<long>(
        InstrumentNames.BatchRows,
        "{row}",
        "Rows of completely predicted files, by whether they have a prediction.");

    private static readonly FileWork _runs = new(
        _source,
        SpanNames.PredictFile,
        _meter.CreateHistogram(
            InstrumentNames.BatchDuration,
            "s",
            "Duration of work on a file, until it is done or the time limit is reached.",
            tags: null,
            FileWork.Seconds),
        Failures.Batch);

    public static Task<BatchOutcome> RunAsync(
        BatchRequest request, TimeProvider clock, Func<Task<BatchOutcome>> work) =>
        _runs.TraceAsync(request.Model, request.File, request.TraceParent, clock, work, Describe);

    private static FileWork.Described Describe(BatchOutcome outcome, DateTimeOffset began, Activity? span)
    {
        var report = outcome.Report;
        span?.SetTag(AttributeNames.Version, report?.Version)
            .SetTag(AttributeNames.Rows, report?.Rows)
            .SetTag(AttributeNames.BadRows, report?.BadRows);
        // An older report belongs to an earlier invocation, so this one only repeated it.
        if (report?.EndedAt < began) return new("repeated", report.Version is not null);
        if (report?.Output is not null)
        {
            CountRows(report.Model, "predicted", report.Rows - report.BadRows);
            CountRows(report.Model, "bad", report.BadRows);
        }

        return new(Spans.Word(outcome.Result), report?.Version is not null || outcome.Result == BatchResult.CutOff);
    }

    private static void CountRows(string model, string state, long rows)
    {
        if (rows > 0) _rows.Add(rows, new(AttributeNames.Model, model), new(AttributeNames.RowState, state));
    }
}
