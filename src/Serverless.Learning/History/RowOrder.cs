namespace Serverless.Learning.History;

/// <summary>A part's rows from first to last, or backwards: files may have their newest rows first.</summary>
/// <param name="groups">Of each row, its group.</param>
internal sealed class RowOrder(int[] groups, bool backwards)
{
    public int Count => groups.Length;

    public int this[int place] => groups[IndexOf(place)];

    /// <summary>The row's index in the file.</summary>
    public int IndexOf(int place) => backwards ? groups.Length - 1 - place : place;

    /// <summary>Whether all rows of another part stand here from a place on.</summary>
    public bool Has(RowOrder other, int from)
    {
        if (other.Count > Count - from) return false;
        for (var i = 0; i < other.Count; i++)
        {
            if (this[from + i] != other[i]) return false;
        }

        return true;
    }

    /// <summary>
    /// How many rows at the start are the last ones of another part, or all rows where the other one has them together
    /// anywhere (Knuth, Morris and Pratt, 'Fast pattern matching in strings', 1977).
    /// </summary>
    public int StartsWithEndOf(RowOrder other)
    {
        if (Count == 0) return 0;
        var shorter = new int[Count];
        for (int i = 1, matched = 0; i < Count; i++)
        {
            while (matched > 0 && this[i] != this[matched]) matched = shorter[matched - 1];
            if (this[i] == this[matched]) matched++;
            shorter[i] = matched;
        }

        var state = 0;
        for (var i = 0; i < other.Count; i++)
        {
            while (state > 0 && other[i] != this[state]) state = shorter[state - 1];
            if (other[i] == this[state]) state++;
            if (state == Count) return Count;
        }

        return state;
    }
}
