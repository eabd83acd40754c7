using Serverless.Learning.Numerics;

namespace Serverless.Learning.History;

/// <summary>
/// How unlikely it is that given rows follow one another by chance, in nats: by how often each row follows the one
/// before it in the whole part, not counting itself. Sorted and alternating rows have no surprise.
/// </summary>
internal sealed class OrderSurprise
{
    /// <summary>More rows than this are not looked at: what they would add does not matter.</summary>
    private const int MaxRows = 2_000;

    private readonly RowOrder _rows;
    private readonly int[] _places;
    private readonly Dictionary<int, int> _counts = [];
    private readonly Dictionary<(int, int), int> _pairs = [];

    /// <param name="from">The first of the rows.</param>
    /// <param name="count">How many there are.</param>
    public OrderSurprise(RowOrder rows, int from, int count)
    {
        _rows = rows;
        var looked = Math.Min(count, MaxRows);
        _places = new int[looked];
        for (var i = 0; i < looked; i++) _places[i] = from + (int)((long)i * count / looked);
        foreach (var place in _places)
        {
            _counts[rows[place]] = 0;
            if (place == 0) continue;
            _counts[rows[place - 1]] = 0;
            _pairs[(rows[place - 1], rows[place])] = 0;
        }

        for (var place = 0; place < rows.Count; place++)
        {
            if (_counts.TryGetValue(rows[place], out var known)) _counts[rows[place]] = known + 1;
            if (place == 0) continue;
            var pair = (rows[place - 1], rows[place]);
            if (_pairs.TryGetValue(pair, out var knownPair)) _pairs[pair] = knownPair + 1;
        }
    }

    /// <summary>Of all rows; the first few decide in data of many different rows.</summary>
    public double Sum()
    {
        var sum = 0.0;
        foreach (var place in _places) sum -= DeterministicMath.Log(Chance(place));
        return sum;
    }

    /// <summary>
    /// Log likelihood that the rows stand where another part has them, except for a few that were changed, over that
    /// they are there by chance.
    /// </summary>
    /// <param name="isSame">Whether the other part has the row of a place there.</param>
    public double Compare(Func<int, bool> isSame)
    {
        const double Changed = 0.05;
        var sum = 0.0;
        foreach (var place in _places)
        {
            var chance = Chance(place);
            sum += isSame(place)
                ? DeterministicMath.Log((1 - Changed) / chance)
                : DeterministicMath.Log(Changed / Math.Max(Changed, 1 - chance));
        }

        return sum;
    }

    private double Chance(int place)
    {
        var usual = (double)_counts[_rows[place]] / _rows.Count;
        if (place == 0) return usual;
        var before = _counts[_rows[place - 1]];
        return (_pairs[(_rows[place - 1], _rows[place])] - 1 + usual) / Math.Max(1, before);
    }
}
