using Serverless.Core.Registry;

namespace Serverless.Core.Serving;

/// <summary>Answers predict requests: parse, score, write, count.</summary>
public sealed partial class PredictService(
    ModelCache cache, ModelRegistry registry, PredictionLog log, ServingOptions options, TimeProvider clock)
{
    private readonly PredictionIds _ids = new(log.Instance);

    /// <summary>Answers JSON rows with the live version, in JSON.</summary>
    /// <param name="body">A JSON object, an array of them, or columns; UTF-8.</param>
    /// <param name="explain">
    /// Adds the contribution of every feature to each prediction; see <see cref="ExplainedAnswer"/>.
    /// </param>
    /// <param name="headers">May contain the key that assigns the request to a side of a canary.</param>
    public ValueTask<PredictOutcome> PredictAsync(
        string model,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken,
        bool explain = false,
        RequestHeaders headers = default)
    {
        var call = new PredictCall(body, explain ? JsonFormat.Explained : JsonFormat.Plain, headers);
        return ServingTelemetry.IsWatched
            ? WatchedAsync(model, call, cancellationToken)
            : AnswerAsync(model, call, cancellationToken);
    }

    /// <summary>Finds the version that answers, or why none can.</summary>
    /// <param name="version">Null for the champion.</param>
    /// <exception cref="IOException">The store failed, and the version is not cached.</exception>
    public async ValueTask<(ServedModel? Served, PredictOutcome? Obstacle)> FindAsync(
        string model, int? version, CancellationToken cancellationToken)
    {
        if (version is not { } number)
        {
            return await cache.GetAsync(model, cancellationToken) is { } champion
                ? (champion, null)
                : (null, await UnavailableAsync(model, cancellationToken));
        }

        if (!await registry.ExistsAsync(model, cancellationToken)) return (null, new PredictOutcome.UnknownModel());
        if (await cache.GetVersionAsync(model, number, cancellationToken) is { } served) return (served, null);
        return !await registry.HasAsync(model, number, cancellationToken)
            ? (null, new PredictOutcome.UnknownVersion())
            : (null, new PredictOutcome.NoVersionYet(cache.FindUnreadable(model, number)?.Why));
    }

    /// <summary>
    /// Answers with the champion, or with the challenger of a live canary if the request is assigned to it.
    /// </summary>
    public PredictOutcome PredictLive(ServedModel champion, in PredictCall call) =>
        champion.Rollout is { } rollout ? PredictInRollout(champion, rollout, call) : PredictBy(champion, call);

    /// <summary>Answers with this version, regardless of roll-outs.</summary>
    public PredictOutcome PredictBy(ServedModel served, in PredictCall call) =>
        Predict(served, call, rollout: null, RolloutSide.Champion);

    /// <summary>A separate method, so that the lambda's closure is allocated only while telemetry is enabled.</summary>
    private ValueTask<PredictOutcome> WatchedAsync(
        string model, PredictCall call, CancellationToken cancellationToken) =>
        ServingTelemetry.WatchAsync(() => AnswerAsync(model, call, cancellationToken), model);

    private async ValueTask<PredictOutcome> AnswerAsync(
        string model, PredictCall call, CancellationToken cancellationToken) =>
        await cache.GetAsync(model, cancellationToken) is { } champion
            ? PredictLive(champion, call)
            : await UnavailableAsync(model, cancellationToken);

    private async ValueTask<PredictOutcome> UnavailableAsync(string model, CancellationToken cancellationToken) =>
        await registry.ExistsAsync(model, cancellationToken)
        ? new PredictOutcome.NoVersionYet(cache.FindUnreadable(model)?.Why)
        : new PredictOutcome.UnknownModel();

    /// <summary>Parses, scores and writes synchronously, in thread-local memory.</summary>
    /// <param name="rollout">The live roll-out, which samples answers; null without one.</param>
    /// <param name="side">The side of the roll-out that answers.</param>
    private PredictOutcome Predict(ServedModel served, in PredictCall call, LiveRollout? rollout, RolloutSide side)
    {
        if (call.Format.WriterFor(served) is not { } writer)
        {
            return new PredictOutcome.NotExplainable(served.Model.Scorer.Trainer, served.Version);
        }

        var started = clock.GetTimestamp();
        var body = call.Body.Span;
        var rows = RequestRows.OfThread(served.Encoder);
        if (!call.Format.TryRead(served, body, Math.Min(options.MaxRows, writer.MaxRows), rows, out var errors))
        {
            return new PredictOutcome.Invalid(errors);
        }

        var scorer = served.Model.Scorer;
        var outputs = rows.Outputs(scorer.OutputCount);
        for (var i = 0; i < rows.Count; i++)
        {
            scorer.Score(rows.Slots(i), outputs.Slice(i * scorer.OutputCount, scorer.OutputCount));
        }

        var answered = new AnsweredRows(rows, outputs, scorer.OutputCount, body, _ids);
        var answer = Write(writer, answered);
        for (var i = 0; i < answered.Count; i++)
        {
            var row = answered[i];
            served.Traffic.Record(row);
            rollout?.Answered(side, row);
        }

        served.Traffic.Answered(clock.GetElapsedTime(started));
        return new PredictOutcome.Answered(answer, served.Version, rows.Count);
    }

    private static AnswerBuffer Write(AnswerWriter writer, in AnsweredRows rows)
    {
        var answer = new AnswerBuffer(256 + (rows.Count * 96));
        try
        {
            writer.Write(answer, rows);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
