namespace Serverless.Core.Serving;

/// <summary>
/// Marks the features seen in the current row. Clearing is O(1): each row uses its own number as the mark.
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

    /// <returns>False if the feature is already marked in this row.</returns>
    public bool TryMark(int feature)
    {
        if (_marks[feature] == _row) return false;
        _marks[feature] = _row;
        return true;
    }
}
