using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Batch;

namespace Serverless.Telemetry;

/// <summary>Files that are predicted: one span for each time that a file is worked on.</summary>
internal static class BatchTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Serving);
    private static readonly Meter _meter = new(SourceNames.Serving);

    private static readonly Histogram<double> _duration = _meter.CreateHistogram(
        InstrumentNames.BatchDuration,
        "s",
        "Work on a file, up to its predictions or the time limit.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000] });

    private static readonly Counter<long> _rows = _meter.CreateCounter<long>(
        InstrumentNames.BatchRows, "{row}", "Rows of files that were predicted to their end, by whether they have a prediction.");

    public static async Task<BatchOutcome> RunAsync(BatchRequest request, TimeProvider clock, Func<Task<BatchOutcome>> work)
    {
        var (model, began, started) = (request.Model, clock.GetUtcNow(), clock.GetTimestamp());
        try
        {
            return await _source.TraceAsync(SpanNames.PredictFile, async span =>
            {
                span?.SetTag(AttributeNames.Model, model).SetTag(AttributeNames.File, request.File);
                var outcome = await work();
                // The report of a file that was predicted before says what came of it then.
                var isNew = outcome.Report is null || outcome.Report.EndedAt >= began;
                var word = isNew ? Spans.Word(outcome.Result) : "repeated";
                span?.SetTag(AttributeNames.Outcome, word)
                    .SetTag(AttributeNames.Version, outcome.Report?.Version)
                    .SetTag(AttributeNames.Rows, outcome.Report?.Rows)
                    .SetTag(AttributeNames.BadRows, outcome.Report?.BadRows);
                Record(word);
                if (isNew && outcome.Report is { Output: not null } report)
                {
                    CountRows("predicted", report.Rows - report.BadRows);
                    CountRows("bad", report.BadRows);
                }

                return outcome;
            }, request.TraceParent);
        }
        catch (Exception e)
        {
            Record(e is OperationCanceledException ? "stopped" : "failed");
            Failures.Count(Failures.Batch, model, e);
            throw;
        }

        void Record(string outcome) => _duration.Record(
            clock.GetElapsedTime(started).TotalSeconds, new(AttributeNames.Model, model), new(AttributeNames.Outcome, outcome));

        void CountRows(string state, long rows)
        {
            if (rows > 0) _rows.Add(rows, new(AttributeNames.Model, model), new(AttributeNames.RowState, state));
        }
    }
}
