using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Explanation;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// What an explained prediction carries besides: <c>"explanation": {"base": …, "contributions": {feature: …}}</c>, on the
/// raw scale (see <see cref="Explainer"/>). With two classes <c>class</c> names the one whose log-odds these are; with more,
/// each number is an object of one per class.
/// </summary>
internal sealed class ExplanationTemplate
{
    /// <summary>Numbers in one answer, so that hundreds of classes and columns do not make it hundreds of megabytes.</summary>
    private const int MaximumContributions = 100_000;

    private readonly Explainer _explainer;
    private readonly byte[] _start;
    private readonly byte[][] _features;
    private readonly byte[][] _classes;

    private ExplanationTemplate(Explainer explainer, Signature signature)
    {
        _explainer = explainer;
        _start = signature.Task == ModelTask.Binary
            ? [.. ",\"explanation\":{\"class\":"u8, .. AnswerTemplate.Quote(signature.Classes[1]), .. ",\"base\":"u8]
            : [.. ",\"explanation\":{\"base\":"u8];
        _features = Names(signature.Features.Select(f => f.Name));
        _classes = Names(signature.Classes);
    }

    /// <summary>How many rows one answer may explain.</summary>
    public int MaxRows => Math.Max(1, MaximumContributions / (_explainer.FeatureCount * _explainer.OutputCount));

    /// <returns>Null where the model cannot be explained exactly.</returns>
    public static ExplanationTemplate? For(LoadedModel model) =>
        Explainer.For(model) is { } explainer ? new ExplanationTemplate(explainer, model.Signature) : null;

    public void Write(AnswerBuffer answer, ReadOnlySpan<float> slots)
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

    /// <summary>As names of a JSON object's members, from the second on with the comma before.</summary>
    private static byte[][] Names(IEnumerable<string> names) =>
        [.. names.Select((name, i) => (byte[])[.. i == 0 ? ""u8 : ","u8, .. AnswerTemplate.Quote(name), (byte)':'])];
}
