using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Explanation;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// Adds <c>"explanation": {"base": …, "contributions": {feature: …}}</c> to each prediction, on the raw scale (see <see
/// cref="Explainer"/>). For two classes <c>class</c> names the class of these log-odds; for more, each number is an
/// object with one per class.
/// </summary>
internal sealed class ExplainedAnswer : AnswerWriter
{
    /// <summary>
    /// Max numbers per answer, so that hundreds of classes and columns do not produce hundreds of megabytes.
    /// </summary>
    private const int MaxContributions = 100_000;

    private readonly JsonAnswer _predictions;
    private readonly Explainer _explainer;
    private readonly byte[] _start;
    private readonly byte[][] _features;
    private readonly byte[][] _classes;

    private ExplainedAnswer(JsonAnswer predictions, Explainer explainer, Signature signature, int maxRows)
    {
        (_predictions, _explainer) = (predictions, explainer);
        MaxRows = Math.Min(maxRows, Math.Max(1, MaxContributions / (explainer.FeatureCount * explainer.OutputCount)));
        _start = signature.Task == ModelTask.Binary
            ? [.. ",\"explanation\":{\"class\":"u8, .. JsonText.Quote(signature.Classes[1]), .. ",\"base\":"u8]
            : [.. ",\"explanation\":{\"base\":"u8];
        _features = Names(signature.Features.Select(f => f.Name));
        _classes = Names(signature.Classes);
    }

    public override int MaxRows { get; }

    /// <param name="maxRows">Max rows per answer, for any model.</param>
    /// <returns>Null if the model cannot be explained exactly.</returns>
    public static ExplainedAnswer? For(LoadedModel model, JsonAnswer predictions, int maxRows) =>
        Explainer.For(model) is { } explainer ? new(predictions, explainer, model.Signature, maxRows) : null;

    public override void Write(AnswerBuffer answer, in AnsweredRows rows)
    {
        _predictions.Start(answer);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            _predictions.StartPrediction(answer, i == 0, row);
            WriteExplanation(answer, row.Slots);
            _predictions.EndPrediction(answer);
        }

        _predictions.End(answer, rows);
    }

    private void WriteExplanation(AnswerBuffer answer, ReadOnlySpan<float> slots)
    {
        ReadOnlySpan<double> contributions = _explainer.Explain(slots);
        var outputs = _explainer.OutputCount;
        answer.Write(_start);
        WriteNumbers(answer, _explainer.Base);
        answer.Write(",\"contributions\":{"u8);
        for (var feature = 0; feature < _features.Length; feature++)
        {
            answer.Write(_features[feature]);
            WriteNumbers(answer, contributions.Slice(feature * outputs, outputs));
        }

        answer.Write("}}"u8);
    }

    private void WriteNumbers(AnswerBuffer answer, ReadOnlySpan<double> values)
    {
        if (values.Length == 1)
        {
            answer.Write(values[0]);
            return;
        }

        answer.Write("{"u8);
        for (var k = 0; k < values.Length; k++)
        {
            answer.Write(_classes[k]);
            answer.Write(values[k]);
        }

        answer.Write("}"u8);
    }

    /// <summary>Formats names of a JSON object's members, with a comma before all but the first.</summary>
    private static byte[][] Names(IEnumerable<string> names) =>
        [.. names.Select((name, i) => (byte[])[.. i == 0 ? ""u8 : ","u8, .. JsonText.Quote(name), (byte)':'])];
}
