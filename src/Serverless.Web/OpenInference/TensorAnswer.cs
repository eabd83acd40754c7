using System.Text;
using Serverless.Core.Serving;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Web.OpenInference;

/// <summary>
/// Writes answers as tensors: the prediction (<c>value</c>, FP64 [n]; or <c>label</c>, BYTES [n]), <c>probabilities</c>
/// (FP64 [n, classes]) and <c>id</c> (BYTES [n]), as requested.
/// </summary>
/// <param name="id">The request's id, quoted; null if it has none.</param>
internal sealed class TensorAnswer(TensorTemplate template, byte[]? id, InferenceOutputs outputs) : AnswerWriter
{
    public override void Write(AnswerBuffer answer, in AnsweredRows rows)
    {
        answer.Write(template.Start);
        if (id is not null)
        {
            answer.Write(",\"id\":"u8);
            answer.Write(id);
        }

        if (template.Known.HaveUnknown(rows)) WriteWarnings(answer, rows);

        answer.Write(",\"outputs\":["u8);
        var comma = "";
        if (outputs.HasFlag(InferenceOutputs.Prediction))
        {
            var names = template.Task == ModelTask.Regression ? ("value", "FP64") : ("label", "BYTES");
            Start(answer, ref comma, names, $"{rows.Count}");
            WritePredictions(answer, rows);
        }

        if (outputs.HasFlag(InferenceOutputs.Probabilities))
        {
            var shape = $"{rows.Count},{template.Classes.Length}";
            Start(answer, ref comma, ("probabilities", "FP64"), shape, template.ClassNames);
            WriteProbabilities(answer, rows);
        }

        if (outputs.HasFlag(InferenceOutputs.Ids))
        {
            Start(answer, ref comma, ("id", "BYTES"), $"{rows.Count}");
            WriteIds(answer, rows);
        }

        answer.Write("]}"u8);
    }

    /// <summary>The protocol's parameters are scalars, so that the warnings are one text.</summary>
    private void WriteWarnings(AnswerBuffer answer, in AnsweredRows rows)
    {
        var text = string.Join(" ", template.Known.FindUnknown(rows).Select(w => w.ToSentence()));
        answer.Write(",\"parameters\":{\"warnings\":"u8);
        answer.Write(JsonText.Quote(text));
        answer.Write("}"u8);
    }

    /// <summary>Writes the beginning of a tensor, before its values.</summary>
    private static void Start(
        AnswerBuffer answer,
        ref string comma,
        (string Name, string Type) tensor,
        string shape,
        ReadOnlySpan<byte> parameters = default)
    {
        var start = $"{comma}{{\"name\":\"{tensor.Name}\",\"datatype\":\"{tensor.Type}\",\"shape\":[{shape}]";
        comma = ",";
        answer.Write(Encoding.UTF8.GetBytes(start));
        answer.Write(parameters);
        answer.Write(",\"data\":["u8);
    }

    private void WritePredictions(AnswerBuffer answer, in AnsweredRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (i > 0) answer.Write(","u8);
            var scores = rows[i].Outputs;
            if (template.Task == ModelTask.Regression) answer.Write(scores[0]);
            else answer.Write(template.Classes[PredictedClass.Of(template.Task, scores)]);
        }

        answer.Write("]}"u8);
    }

    private void WriteProbabilities(AnswerBuffer answer, in AnsweredRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var scores = rows[i].Outputs;
            for (var c = 0; c < template.Classes.Length; c++)
            {
                if (i + c > 0) answer.Write(","u8);
                answer.Write(PredictedClass.Probability(template.Task, scores, c));
            }
        }

        answer.Write("]}"u8);
    }

    private static void WriteIds(AnswerBuffer answer, in AnsweredRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (i > 0) answer.Write(","u8);
            rows[i].WriteId(answer);
        }

        answer.Write("]}"u8);
    }
}
