namespace Serverless.Core.Serving;

/// <summary>The rows of one request, scored, and the ids of their predictions.</summary>
public readonly ref struct AnsweredRows
{
    private readonly RequestRows _rows;
    private readonly ReadOnlySpan<double> _outputs;
    private readonly ReadOnlySpan<byte> _body;
    private readonly PredictionIds _ids;
    private readonly long _firstId;
    private readonly int _width;

    /// <param name="outputs">Of all rows, one after another.</param>
    /// <param name="width">Outputs of one row.</param>
    /// <param name="body">Holds the rows as they were asked.</param>
    internal AnsweredRows(
        RequestRows rows, ReadOnlySpan<double> outputs, int width, ReadOnlySpan<byte> body, PredictionIds ids)
    {
        (_rows, _width, _ids, _firstId) = (rows, width, ids, ids.Take(rows.Count));
        _outputs = outputs;
        _body = body;
    }

    public int Count => _rows.Count;

    public AnsweredRow this[int row] =>
        new(_rows, row, _outputs.Slice(row * _width, _width), _body, _ids, _firstId + row);
}
