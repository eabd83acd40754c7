using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving.OpenInference;

/// <summary>
/// Collects the answers of one request, row by row, into output tensors: the prediction (<c>value</c>, FP64 [n]; or
/// <c>label</c>, BYTES [n]), <c>probabilities</c> (FP64 [n, classes]) and <c>id</c> (BYTES [n]).
/// </summary>
internal sealed class TensorAnswer(TensorTemplate template, InferenceRequest wish) : IDisposable
{
    private readonly AnswerBuffer _predictions = new(256);
    private readonly AnswerBuffer _probabilities = new(256);
    private readonly AnswerBuffer _ids = new(256);
    private int _rows;

    /// <param name="id">With its quotes.</param>
    /// <param name="outputs">As <see cref="Scorer.Score"/> gives them.</param>
    public void Add(ReadOnlySpan<byte> id, ReadOnlySpan<double> outputs)
    {
        var comma = _rows++ == 0 ? ""u8 : ","u8;
        _ids.Write(comma);
        _ids.Write(id);
        _predictions.Write(comma);
        if (template.Task == ModelTask.Regression)
        {
            _predictions.Write(outputs[0]);
            return;
        }

        _predictions.Write(template.Classes[PredictedClass.Of(template.Task, outputs)]);
        for (var c = 0; c < template.Classes.Length; c++)
        {
            _probabilities.Write(c == 0 ? comma : ","u8);
            _probabilities.Write(template.Task == ModelTask.Multiclass ? outputs[c] : c == 1 ? outputs[0] : 1 - outputs[0]);
        }
    }

    public void WriteTo(AnswerBuffer answer)
    {
        answer.Write(template.Start);
        if (wish.Id is { } id)
        {
            answer.Write(",\"id\":"u8);
            answer.Write(id);
        }

        answer.Write(",\"outputs\":["u8);
        var isFirst = true;
        var isRegression = template.Task == ModelTask.Regression;
        Output(InferenceOutputs.Prediction, isRegression ? "value" : "label", isRegression ? "FP64" : "BYTES", $"{_rows}", default, _predictions);
        Output(InferenceOutputs.Probabilities, "probabilities", "FP64", $"{_rows},{template.Classes.Length}", template.ClassNames, _probabilities);
        Output(InferenceOutputs.Ids, "id", "BYTES", $"{_rows}", default, _ids);
        answer.Write("]}"u8);

        void Output(InferenceOutputs output, string name, string type, string shape, ReadOnlySpan<byte> parameters, AnswerBuffer data)
        {
            if (!wish.Outputs.HasFlag(output)) return;
            answer.Write(Encoding.UTF8.GetBytes($"{(isFirst ? "" : ",")}{{\"name\":\"{name}\",\"datatype\":\"{type}\",\"shape\":[{shape}]"));
            answer.Write(parameters);
            answer.Write(",\"data\":["u8);
            answer.Write(data.Written.Span);
            answer.Write("]}"u8);
            isFirst = false;
        }
    }

    public void Dispose()
    {
        _predictions.Dispose();
        _probabilities.Dispose();
        _ids.Dispose();
    }
}
