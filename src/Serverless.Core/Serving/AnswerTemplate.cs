using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// What is the same in every answer of a version, written once: an answer is these pieces with ids and numbers between.
/// </summary>
internal sealed class AnswerTemplate
{
    private readonly ModelTask _task;
    private readonly byte[] _start;
    private readonly byte[][] _labels;
    private readonly byte[][] _classes;

    public AnswerTemplate(string model, int version, Signature signature)
    {
        _task = signature.Task;
        _start = [.. "{\"model\":"u8, .. Quote(model), .. Encoding.UTF8.GetBytes($",\"version\":{version},\"predictions\":[")];
        _labels = [.. signature.Classes.Select(name => (byte[])[.. ",\"label\":"u8, .. Quote(name), .. ",\"probabilities\":{"u8])];
        _classes = [.. signature.Classes.Select((name, c) => (byte[])[.. c == 0 ? ""u8 : ","u8, .. Quote(name), (byte)':'])];
    }

    /// <summary>A text as JSON, with its quotes. Class names such as ">50K" stay as they are: an answer is never part of a page.</summary>
    public static byte[] Quote(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    public void Start(AnswerBuffer answer) => answer.Write(_start);

    public void End(AnswerBuffer answer) => answer.Write("]}"u8);

    /// <summary>A prediction up to where <see cref="EndPrediction"/> ends it.</summary>
    /// <param name="id">With its quotes.</param>
    /// <param name="outputs">As <see cref="Scorer.Score"/> gives them.</param>
    public void Prediction(AnswerBuffer answer, bool isFirst, ReadOnlySpan<byte> id, ReadOnlySpan<double> outputs)
    {
        answer.Write(isFirst ? "{\"id\":"u8 : ",{\"id\":"u8);
        answer.Write(id);
        if (_task == ModelTask.Regression)
        {
            answer.Write(",\"value\":"u8);
            answer.Write(outputs[0]);
            return;
        }

        answer.Write(_labels[PredictedClass.Of(_task, outputs)]);
        for (var c = 0; c < _classes.Length; c++)
        {
            answer.Write(_classes[c]);
            answer.Write(_task == ModelTask.Multiclass ? outputs[c] : c == 1 ? outputs[0] : 1 - outputs[0]);
        }

        answer.Write("}"u8);
    }

    public void EndPrediction(AnswerBuffer answer) => answer.Write("}"u8);
}
