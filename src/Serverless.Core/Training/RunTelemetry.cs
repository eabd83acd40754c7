using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Registry;
using Serverless.Core.Telemetry;
using Serverless.Learning.Gate;
using Serverless.Learning.Search;

namespace Serverless.Core.Training;

/// <summary>Traces a training: run → read, each trial, gate, register, promote.</summary>
internal static class RunTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Runs);
    private static readonly Meter _meter = new(SourceNames.Runs);

    private static readonly FileWork _runs = new(
        _source,
        SpanNames.Run,
        _meter.CreateHistogram(
            InstrumentNames.RunDuration, "s", "Duration of a run.", tags: null, FileWork.Seconds),
        Failures.Run);

    private static readonly Histogram<double> _stageDuration = _meter.CreateHistogram(
        InstrumentNames.StageDuration,
        "s",
        "Duration of reading, training and evaluating in a run.",
        tags: null,
        FileWork.Seconds);

    private static readonly Counter<long> _verdicts = _meter.CreateCounter<long>(
        InstrumentNames.Verdicts, "{verdict}", "Decisions of the promotion gate.");

    public static Task<RunRecord> RunAsync(RetrainRequest request, TimeProvider clock, Func<Task<RunRecord>> work) =>
        _runs.TraceAsync(request.Model, request.File, request.TraceParent, clock, work, (record, began, span) =>
        {
            span?.SetTag(AttributeNames.RunId, record.Identity).SetTag(AttributeNames.Version, record.Version);
            // An older record belongs to an earlier run, so this one only repeated it.
            return new(record.EndedAt < began ? "repeated" : Spans.Word(record.Outcome));
        });

    public static void StageEnded(string model, string stage, double seconds) =>
        _stageDuration.Record(seconds, new(AttributeNames.Model, model), new(AttributeNames.Stage, stage));

    public static Task<InputOutcome> ReadAsync(Func<Task<InputOutcome>> work) =>
        _source.TraceAsync(SpanNames.Read, async span =>
        {
            var outcome = await work();
            span?.SetTag(AttributeNames.Outcome, outcome is InputOutcome.Ready ? "accepted" : "rejected");
            if (outcome is InputOutcome.Ready ready) span?.SetTag(AttributeNames.Rows, ready.Files.Sum(f => f.Rows));
            return outcome;
        });

    public static TrialOutcome Trial(Func<TrialOutcome> work)
    {
        using var span = _source.StartActivity(SpanNames.Trial);
        try
        {
            var result = work();
            if (span is null) return result;
            var trial = result.Trial;
            span.SetTag(AttributeNames.Trial, trial.Number)
                .SetTag(AttributeNames.Trainer, trial.Trainer)
                .SetTag(AttributeNames.Score, trial.Score);
            if (trial.Error is not null) span.Fail("noUsableModel");
            return result;
        }
        catch (Exception e)
        {
            span?.Fail(Spans.ErrorType(e));
            throw;
        }
    }

    public static Task<Judgement> GateAsync(string model, Func<Task<Judgement>> work) =>
        _source.TraceAsync(SpanNames.Gate, async span =>
        {
            var judgement = await work();
            var verdict = judgement.Verdict;
            var decision = Spans.Word(verdict.Decision);
            span?.SetTag(AttributeNames.Verdict, decision)
                .SetTag(AttributeNames.Metric, verdict.Metric)
                .SetTag(
                    AttributeNames.Score, verdict.Candidate.TryGetValue(verdict.Metric, out var score) ? score : null)
                .SetTag(AttributeNames.Rows, verdict.Rows)
                .SetTag(AttributeNames.Champion, verdict.ChampionVersion);
            _verdicts.Add(1, new(AttributeNames.Model, model), new(AttributeNames.Verdict, decision));
            return judgement;
        });

    public static Task<Manifest> RegisterAsync(Func<Task<Manifest>> work) =>
        _source.TraceAsync(SpanNames.Register, async span =>
        {
            var manifest = await work();
            span?.SetTag(AttributeNames.Version, manifest.Version).SetTag(AttributeNames.Trainer, manifest.Trainer);
            return manifest;
        });

    /// <summary>Traces the promotion. A version refused by the gate has no such span.</summary>
    public static Task<(RunOutcome Outcome, string Message)> PromoteAsync(
        Manifest manifest, Func<Task<(RunOutcome Outcome, string Message)>> work) =>
        !manifest.Verdict.Passes ? work() : _source.TraceAsync(SpanNames.Promote, async span =>
        {
            var placed = await work();
            span?.SetTag(AttributeNames.Version, manifest.Version).SetTag(
                AttributeNames.Outcome, Spans.Word(placed.Outcome));
            return placed;
        });
}
