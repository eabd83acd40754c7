using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>One scored row of a request. Its id and source are created on demand.</summary>
public readonly ref struct AnsweredRow
{
    private readonly RequestRows _rows;
    private readonly ReadOnlySpan<byte> _body;
    private readonly PredictionIds _ids;
    private readonly long _number;
    private readonly int _row;

    /// <param name="number">Number of the generated id, used if the row has no id.</param>
    internal AnsweredRow(
        RequestRows rows,
        int row,
        ReadOnlySpan<double> outputs,
        ReadOnlySpan<byte> body,
        PredictionIds ids,
        long number)
    {
        (_rows, _row, _ids, _number) = (rows, row, ids, number);
        Outputs = outputs;
        _body = body;
    }

    /// <summary>As <see cref="Scorer.Score"/> gives them.</summary>
    public ReadOnlySpan<double> Outputs { get; }

    internal ReadOnlySpan<float> Slots => _rows.Slots(_row);

    internal string Id => _rows.Id(_row) ?? _ids.Text(_number);

    /// <summary>The row as requested: a JSON object.</summary>
    internal ReadOnlySpan<byte> Source => _rows.Source(_row, _body);

    /// <summary>Writes the prediction's id in quotes.</summary>
    public void WriteId(AnswerBuffer answer)
    {
        if (_rows.Id(_row) is { } given) answer.Write(JsonText.Quote(given));
        else answer.WriteId(_ids, _number);
    }
}
