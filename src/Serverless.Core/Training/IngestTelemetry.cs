using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Telemetry;

namespace Serverless.Core.Training;

/// <summary>Traces the reading of a dropped file: ingest → validate.</summary>
internal static class IngestTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Runs);
    private static readonly Meter _meter = new(SourceNames.Runs);

    private static readonly FileWork _ingests = new(
        _source,
        SpanNames.Ingest,
        _meter.CreateHistogram(
            InstrumentNames.IngestDuration, "s", "Duration of reading a dropped file.", tags: null, FileWork.Seconds),
        Failures.Ingest);

    private static readonly Counter<long> _rowsRead = _meter.CreateCounter<long>(
        InstrumentNames.RowsRead, "{row}", "Rows of dropped files, by whether they can be used.");

    public static Task<IngestResult> RunAsync(
        IngestRequest request, TimeProvider clock, Func<Task<IngestResult>> work) =>
        _ingests.TraceAsync(request.Model, request.File, request.TraceParent, clock, work, (result, began, span) =>
        {
            if (result.Record is not { } record) return new("accepted");
            span?.SetTag(AttributeNames.RunId, record.Identity);
            // An older record belongs to an earlier run, so this one only repeated it.
            return new(record.EndedAt < began ? "repeated" : Spans.Word(record.Outcome));
        });

    public static Task<FileOutcome?> ValidateAsync(string model, Func<Task<FileOutcome?>> work) =>
        _source.TraceAsync(SpanNames.Validate, async span =>
        {
            var outcome = await work();
            var (word, rows, bad) = outcome switch
            {
                FileOutcome.Accepted { Part: var part } => ("accepted", part.Rows + part.BadRows, part.BadRows),
                FileOutcome.Rejected { Report: var report } => ("rejected", report.Rows, report.BadRows),
                null => ("outdated", 0, 0),
                _ => ("refused", 0L, 0L),
            };
            span?.SetTag(AttributeNames.Outcome, word).SetTag(AttributeNames.Rows, rows).SetTag(
                AttributeNames.BadRows, bad);
            CountRows(model, "accepted", rows - bad);
            CountRows(model, "bad", bad);
            return outcome;
        });

    private static void CountRows(string model, string state, long rows)
    {
        if (rows > 0) _rowsRead.Add(rows, new(AttributeNames.Model, model), new(AttributeNames.RowState, state));
    }
}
