using Serverless.Core.Registry;
using Serverless.Core.Serving.OpenInference;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>From a request's body to a response's: parse, score, write, count.</summary>
public sealed partial class PredictService(
    ModelCache cache, ModelRegistry registry, PredictionLog log, ServingOptions options, TimeProvider clock)
{
    private readonly PredictionIds _ids = new(log.Instance);

    /// <param name="body">A JSON object, an array of them, or columns; UTF-8.</param>
    /// <param name="explain">Each prediction says what every feature contributed, see <see cref="ExplanationTemplate"/>.</param>
    /// <param name="headers">May decide by which version of a canary the request is answered.</param>
    public ValueTask<PredictOutcome> PredictAsync(
        string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, bool explain = false, RequestHeaders headers = default) =>
        ServingTelemetry.IsWatched
            ? WatchedAsync(model, body, explain, headers, cancellationToken)
            : AnswerAsync(model, body, explain, headers, cancellationToken);

    /// <summary>A method of its own: what the lambda holds is allocated here, and not where nobody watches.</summary>
    private ValueTask<PredictOutcome> WatchedAsync(
        string model, ReadOnlyMemory<byte> body, bool explain, RequestHeaders headers, CancellationToken cancellationToken) =>
        ServingTelemetry.WatchAsync(() => AnswerAsync(model, body, explain, headers, cancellationToken), model);

    private async ValueTask<PredictOutcome> AnswerAsync(
        string model, ReadOnlyMemory<byte> body, bool explain, RequestHeaders headers, CancellationToken cancellationToken)
    {
        if (await cache.GetAsync(model, cancellationToken) is not { } served) return await NobodyAsync(model, cancellationToken);
        var wish = new PredictOptions(explain);
        return served.Rollout is { } rollout
            ? PredictInRollout(served, rollout, body.Span, wish, headers)
            : Predict(served, body.Span, wish, null, RolloutSide.Champion);
    }

    /// <param name="rollout">The live one, which keeps some of the answers; null where there is none.</param>
    /// <param name="side">Whose answers they are in the roll-out.</param>
    private PredictOutcome Predict(ServedModel served, ReadOnlySpan<byte> body, PredictOptions wish, LiveRollout? rollout, RolloutSide side)
    {
        if (wish.Tensors is { } asked)
        {
            using var tensors = new TensorAnswer(served.Tensors.Value, asked);
            return Predict(served, body, options.MaxRows, null, tensors, rollout, side);
        }

        if (!wish.Explain) return Predict(served, body, options.MaxRows, null, null, rollout, side);
        if (served.Explanations.Value is not { } explanations)
        {
            return new PredictOutcome.NotExplainable(served.Model.Scorer.Trainer, served.Version);
        }

        var maxRows = Math.Min(options.MaxRows, Math.Min(options.MaxExplainedRows, explanations.MaxRows));
        return Predict(served, body, maxRows, explanations, null, rollout, side);
    }

    private async ValueTask<PredictOutcome> NobodyAsync(string model, CancellationToken cancellationToken) =>
        await registry.ExistsAsync(model, cancellationToken)
        ? new PredictOutcome.NoVersionYet(cache.FindUnreadable(model)?.Why)
        : new PredictOutcome.UnknownModel();

    /// <summary>Everything between the last wait and the answer, on one thread and in memory that it keeps.</summary>
    private PredictOutcome Predict(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        ExplanationTemplate? explanations,
        TensorAnswer? tensors,
        LiveRollout? rollout,
        RolloutSide side)
    {
        var started = clock.GetTimestamp();
        var rows = RequestRows.OfThread(served.Encoder.SlotCount);
        if (!QuickRowReader.TryRead(served, body, maxRows, rows))
        {
            rows.Clear();
            var careful = new CarefulRowReader(served, maxRows, rows);
            if (!careful.Read(body)) return new PredictOutcome.Invalid(careful.Errors);
        }

        var answer = new AnswerBuffer(256 + (rows.Count * 96));
        try
        {
            Answer(served, rows, body, answer, explanations, tensors, rollout, side);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        served.Traffic.Answered(clock.GetElapsedTime(started));
        return new PredictOutcome.Answered(answer, served.Version, rows.Count);
    }

    private void Answer(
        ServedModel served,
        RequestRows rows,
        ReadOnlySpan<byte> body,
        AnswerBuffer answer,
        ExplanationTemplate? explanations,
        TensorAnswer? tensors,
        LiveRollout? rollout,
        RolloutSide side)
    {
        var scorer = served.Model.Scorer;
        Span<double> outputs = stackalloc double[16];
        outputs = scorer.OutputCount <= outputs.Length ? outputs[..scorer.OutputCount] : new double[scorer.OutputCount];
        Span<byte> ownId = stackalloc byte[_ids.MaximumBytes];
        var firstId = _ids.Take(rows.Count);

        if (tensors is null) served.Template.Start(answer);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = new AnsweredRow(rows, i, body, _ids, firstId + i);
            scorer.Score(row.Slots, outputs);
            if (tensors is not null)
            {
                tensors.Add(row.QuotedId(ownId), outputs);
            }
            else
            {
                served.Template.Prediction(answer, i == 0, row.QuotedId(ownId), outputs);
                explanations?.Write(answer, row.Slots);
                served.Template.EndPrediction(answer);
            }

            served.Traffic.Record(row, outputs);
            rollout?.Answered(side, row, outputs);
        }

        if (tensors is not null) tensors.WriteTo(answer);
        else served.Template.End(answer);
    }

    /// <summary>What a request asks for besides predictions of its rows.</summary>
    /// <param name="Explain">What every feature contributed.</param>
    /// <param name="Tensors">Answers as tensors; null: as <c>predict</c> gives them.</param>
    private readonly record struct PredictOptions(bool Explain = false, InferenceRequest? Tensors = null);
}
