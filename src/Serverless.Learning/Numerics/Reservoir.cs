namespace Serverless.Learning.Numerics;

/// <summary>
/// A sample of a stream in which every item has the same chance to be (Algorithm R: Vitter, 'Random sampling with a
/// reservoir', ACM TOMS 1985). Not safe for several threads.
/// </summary>
/// <param name="size">Items that are kept at most.</param>
public sealed class Reservoir<T>(int size, ulong seed)
{
    private readonly SplitMix64 _random = new(seed);
    private readonly List<T> _items = [];

    /// <summary>In no order that means anything.</summary>
    public IReadOnlyList<T> Items => _items;

    /// <summary>How many items the sample stands for.</summary>
    public long Seen { get; private set; }

    /// <summary>Counts one more item of the stream and draws its place, before the item need be made.</summary>
    /// <returns>The place for <see cref="Keep"/>; −1 where it is not kept.</returns>
    public int Draw()
    {
        Seen++;
        if (Seen <= size) return (int)Seen - 1;
        var place = _random.NextInt32((int)Math.Min(Seen, int.MaxValue));
        return place < size ? place : -1;
    }

    /// <summary>Keeps an item that was drawn.</summary>
    /// <returns>The item that it replaces; default where there was room.</returns>
    public T? Keep(int place, T item)
    {
        // While there is room an item is added, whatever its place: one that was drawn before may be kept after it.
        if (_items.Count < size)
        {
            _items.Add(item);
            return default;
        }

        (var before, _items[place]) = (_items[place], item);
        return before;
    }

    /// <summary>Draws items from both samples as if from all the items that they stand for.</summary>
    public void Add(Reservoir<T> other)
    {
        var (own, others, merged) = (new List<T>(_items), new List<T>(other._items), new List<T>());
        var (left, othersLeft) = (Seen, other.Seen);
        while (merged.Count < size && own.Count + others.Count > 0)
        {
            var isOwn = others.Count == 0
                || (own.Count > 0 && _random.NextDouble() * (left + othersLeft) < left);
            var from = isOwn ? own : others;
            var k = _random.NextInt32(from.Count);
            merged.Add(from[k]);
            from.RemoveAt(k);
            if (isOwn) left--;
            else othersLeft--;
        }

        _items.Clear();
        _items.AddRange(merged);
        Seen += other.Seen;
    }
}
