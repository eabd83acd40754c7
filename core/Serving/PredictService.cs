using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Datasets;
using Serverless.Registry;
using Serverless.Rollouts;
using Serverless.Training;

namespace Serverless.Serving;

/// <summary>From a request's body to a response's: parse, score, write, count.</summary>
public sealed partial class PredictService(
    ModelCache cache, ModelRegistry registry, PredictionLog log, ServingOptions options, TimeProvider clock)
{
    // Class names such as ">50K" stay as they are: the answer is JSON and never part of a page.
    private static readonly JsonWriterOptions _writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ulong _firstRequest = Datasets.FieldHash.Of(System.Text.Encoding.UTF8.GetBytes(log.Instance));
    private long _requests;
    private long _lastId;

    /// <param name="body">A JSON object, or an array of them; UTF-8.</param>
    /// <param name="headers">May decide by which version of a canary the request is answered.</param>
    public async ValueTask<PredictOutcome> PredictAsync(
        string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, RequestHeaders headers = default)
    {
        if (await cache.GetAsync(model, cancellationToken) is not { } served)
        {
            return await registry.ExistsAsync(model, cancellationToken)
                ? new PredictOutcome.NoVersionYet()
                : new PredictOutcome.UnknownModel();
        }

        return served.Rollout is { } rollout
            ? PredictInRollout(served, rollout, body.Span, headers)
            : Predict(served, body.Span, null, RolloutSide.Champion);
    }

    /// <param name="rollout">Where it is live: what it keeps of the answers, for this side.</param>
    private PredictOutcome Predict(ServedModel served, ReadOnlySpan<byte> body, LiveRollout? rollout, RolloutSide side)
    {
        var rows = new PredictRows(served, options.MaxRows);
        if (!rows.Parse(body)) return new PredictOutcome.Invalid(rows.Errors);

        var buffer = new ArrayBufferWriter<byte>(256 + (rows.Count * 96));
        Span<double> outputs = stackalloc double[16];
        var width = served.Model.Scorer.OutputCount;
        outputs = width <= outputs.Length ? outputs[..width] : new double[width];

        using (var json = new Utf8JsonWriter(buffer, _writing))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, served.Name);
            json.WriteNumber("version"u8, served.Version);
            json.WriteStartArray("predictions"u8);
            for (var i = 0; i < rows.Count; i++)
            {
                served.Model.Scorer.Score(rows.Slots(i), outputs);
                var id = rows.Id(i) ?? NextId();
                WritePrediction(json, served, id, outputs);
                served.Traffic.Record(id, body[rows.Source(i)], rows.Slots(i), outputs);
                if (rollout is null) continue;
                if (rollout.Recorder.Draw(side) is var place and >= 0) rollout.Recorder.Keep(side, place, id, outputs);
                rollout.Shadow?.Offer(id, body[rows.Source(i)], outputs);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new PredictOutcome.Answered(buffer.WrittenMemory, served.Version, rows.Count);
    }

    private static void WritePrediction(Utf8JsonWriter json, ServedModel served, string id, ReadOnlySpan<double> outputs)
    {
        var signature = served.Signature;
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        if (signature.Task == ModelTask.Regression)
        {
            json.WriteNumber("value"u8, outputs[0]);
        }
        else
        {
            json.WriteString("label"u8, signature.Classes[PredictedClass.Of(signature.Task, outputs)]);
            json.WriteStartObject("probabilities"u8);
            for (var c = 0; c < signature.Classes.Count; c++)
            {
                var probability = signature.Task == ModelTask.Multiclass ? outputs[c]
                    : c == 1 ? outputs[0] : 1 - outputs[0];
                json.WriteNumber(signature.Classes[c], probability);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Unique across instances and restarts, without a shared counter.</summary>
    private string NextId() =>
        string.Create(CultureInfo.InvariantCulture, $"{log.Instance}-{Interlocked.Increment(ref _lastId)}");
}
