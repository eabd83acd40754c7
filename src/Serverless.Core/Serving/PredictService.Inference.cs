using Serverless.Core.Registry;
using Serverless.Core.Serving.OpenInference;

namespace Serverless.Core.Serving;

public sealed partial class PredictService
{
    /// <summary>
    /// Answers an inference request of the Open Inference Protocol. Its tensors become rows as <see cref="PredictAsync"/>
    /// takes them, and go the same way: one place decides who answers, reads, scores and counts.
    /// </summary>
    /// <param name="version">Null: whoever is live, the challenger of a canary among them. A number: that version and no other.</param>
    /// <param name="headers">May decide by which version of a canary the request is answered.</param>
    public ValueTask<PredictOutcome> InferAsync(
        string model, int? version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, RequestHeaders headers = default) =>
        ServingTelemetry.IsWatched
            ? ServingTelemetry.WatchAsync(() => AnswerTensorsAsync(model, version, body, headers, cancellationToken), model)
            : AnswerTensorsAsync(model, version, body, headers, cancellationToken);

    /// <summary>The version that answers, or why none can.</summary>
    /// <param name="version">Null: the champion.</param>
    /// <exception cref="IOException">The store failed, and the version is not at hand.</exception>
    internal async ValueTask<(ServedModel? Served, PredictOutcome? Obstacle)> FindAsync(
        string model, int? version, CancellationToken cancellationToken)
    {
        if (version is not { } number)
        {
            return await cache.GetAsync(model, cancellationToken) is { } champion
                ? (champion, null)
                : (null, await NobodyAsync(model, cancellationToken));
        }

        if (!await registry.ExistsAsync(model, cancellationToken)) return (null, new PredictOutcome.UnknownModel());
        if (await cache.GetVersionAsync(model, number, cancellationToken) is { } served) return (served, null);
        return await registry.GetAsync(model, number, cancellationToken) is null
            ? (null, new PredictOutcome.UnknownVersion())
            : (null, new PredictOutcome.NoVersionYet(cache.FindUnreadable(model, number)?.Why));
    }

    private async ValueTask<PredictOutcome> AnswerTensorsAsync(
        string model, int? version, ReadOnlyMemory<byte> body, RequestHeaders headers, CancellationToken cancellationToken)
    {
        var (served, obstacle) = await FindAsync(model, version, cancellationToken);
        if (served is null) return obstacle!;

        using var rows = new AnswerBuffer(body.Length);
        var reader = new InferenceReader(served, options.MaxRows);
        if (!reader.Read(body.Span, rows)) return new PredictOutcome.Invalid(reader.Errors);
        var wish = new PredictOptions(Tensors: reader.Wish);
        return version is null && served.Rollout is { } rollout
            ? PredictInRollout(served, rollout, rows.Written.Span, wish, headers)
            : Predict(served, rows.Written.Span, wish, null, RolloutSide.Champion);
    }
}
