namespace Serverless.Core.Serving;

/// <summary>
/// Which features the row at hand has had. Clearing costs nothing: each row marks with a number of its own.
/// </summary>
internal sealed class FieldMarks
{
    [ThreadStatic]
    private static FieldMarks? _ofThread;

    private uint[] _marks = [];
    private uint _row;

    public static FieldMarks OfThread(int features)
    {
        var marks = _ofThread ??= new FieldMarks();
        if (marks._marks.Length < features) (marks._marks, marks._row) = (new uint[features], 0);
        return marks;
    }

    public void Clear()
    {
        if (++_row != 0) return;
        Array.Clear(_marks);
        _row = 1;
    }

    public bool Has(int feature) => _marks[feature] == _row;

    /// <returns>False where the feature was marked in this row already.</returns>
    public bool TryMark(int feature)
    {
        if (_marks[feature] == _row) return false;
        _marks[feature] = _row;
        return true;
    }
}
