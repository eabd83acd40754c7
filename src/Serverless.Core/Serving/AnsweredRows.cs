namespace Serverless.Core.Serving;

/// <summary>The scored rows of one request, with their prediction ids.</summary>
public readonly ref struct AnsweredRows
{
    private readonly RequestRows _rows;
    private readonly ReadOnlySpan<double> _outputs;
    private readonly ReadOnlySpan<byte> _body;
    private readonly PredictionIds _ids;
    private readonly long _firstId;
    private readonly int _width;

    /// <param name="outputs">Outputs of all rows, row-major.</param>
    /// <param name="width">Outputs per row.</param>
    /// <param name="body">Contains the rows as requested.</param>
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
