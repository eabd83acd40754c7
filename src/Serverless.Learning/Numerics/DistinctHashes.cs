namespace Serverless.Learning.Numerics;

/// <summary>
/// A set of <see cref="FieldHash"/>es with linear probing. They are uniform already, so that their low bits serve as
/// the index: a quarter of the memory and time of a general set.
/// </summary>
internal sealed class DistinctHashes
{
    private const int InitialPlaces = 64;

    private ulong[] _places = new ulong[InitialPlaces];
    private bool _hasZero;
    private int _others;

    public int Count => _others + (_hasZero ? 1 : 0);

    public void Add(ulong hash)
    {
        if (hash == 0)
        {
            _hasZero = true; // zero marks an empty place
            return;
        }

        var at = Find(hash);
        if (_places[at] == hash) return;
        _places[at] = hash;
        if (8 * ++_others > 7 * _places.Length) Grow();
    }

    private int Find(ulong hash)
    {
        var mask = _places.Length - 1;
        var at = (int)hash & mask;
        while (_places[at] != 0 && _places[at] != hash) at = (at + 1) & mask;
        return at;
    }

    private void Grow()
    {
        var before = _places;
        _places = new ulong[2 * before.Length];
        foreach (var hash in before)
        {
            if (hash != 0) _places[Find(hash)] = hash;
        }
    }
}
