using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;

namespace Serverless.Core.Serving;

/// <summary>
/// Writes one version's answers as <c>predict</c> returns them. Constant pieces are encoded once; only ids and numbers
/// are written per row.
/// </summary>
internal sealed class JsonAnswer : AnswerWriter
{
    private readonly ModelTask _task;
    private readonly KnownCategories _known;
    private readonly byte[] _start;
    private readonly byte[][] _labels;
    private readonly byte[][] _classes;

    public JsonAnswer(string model, int version, Signature signature, KnownCategories known)
    {
        _known = known;
        _task = signature.Task;
        var predictions = Encoding.UTF8.GetBytes($",\"version\":{version},\"predictions\":[");
        _start = [.. "{\"model\":"u8, .. JsonText.Quote(model), .. predictions];
        byte[][] classes = [.. signature.Classes.Select(JsonText.Quote)];
        _labels = [.. classes.Select(name => (byte[])[.. ",\"label\":"u8, .. name, .. ",\"probabilities\":{"u8])];
        _classes = [.. classes.Select((name, c) => (byte[])[.. c == 0 ? ""u8 : ","u8, .. name, (byte)':'])];
    }

    public override void Write(AnswerBuffer answer, in AnsweredRows rows)
    {
        Start(answer);
        for (var i = 0; i < rows.Count; i++)
        {
            StartPrediction(answer, i == 0, rows[i]);
            EndPrediction(answer);
        }

        End(answer, rows);
    }

    public void Start(AnswerBuffer answer) => answer.Write(_start);

    /// <summary>Writes a prediction up to what <see cref="EndPrediction"/> adds.</summary>
    public void StartPrediction(AnswerBuffer answer, bool isFirst, in AnsweredRow row)
    {
        answer.Write(isFirst ? "{\"id\":"u8 : ",{\"id\":"u8);
        row.WriteId(answer);
        var outputs = row.Outputs;
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
            answer.Write(PredictedClass.Probability(_task, outputs, c));
        }

        answer.Write("}"u8);
    }

    public void EndPrediction(AnswerBuffer answer) => answer.Write("}"u8);

    /// <summary>Ends the answer, with <c>warnings</c> only if a row has a value that the version does not know.</summary>
    public void End(AnswerBuffer answer, in AnsweredRows rows)
    {
        answer.Write("]"u8);
        if (_known.HaveUnknown(rows)) WriteWarnings(answer, _known.FindUnknown(rows));
        answer.Write("}"u8);
    }

    private static void WriteWarnings(AnswerBuffer answer, IReadOnlyList<Anomaly> warnings)
    {
        answer.Write(",\"warnings\":["u8);
        foreach (var (i, warning) in warnings.Index())
        {
            answer.Write(i == 0 ? "{\"code\":"u8 : ",{\"code\":"u8);
            answer.Write(JsonText.Quote(warning.Code));
            answer.Write(",\"column\":"u8);
            answer.Write(JsonText.Quote(warning.Column!));
            answer.Write(",\"expected\":"u8);
            answer.Write(JsonText.Quote(warning.Expected));
            answer.Write(",\"found\":"u8);
            answer.Write(JsonText.Quote(warning.Found));
            answer.Write(",\"count\":"u8);
            answer.Write((double)warning.Count);
            answer.Write("}"u8);
        }

        answer.Write("]"u8);
    }
}
