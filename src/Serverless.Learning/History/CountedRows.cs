namespace Serverless.Learning.History;

/// <summary>How often each row counts so far.</summary>
/// <param name="groups">Number of different rows.</param>
internal sealed class CountedRows(int groups)
{
    private readonly int[] _counts = new int[groups];
    private readonly Dictionary<int, long> _groupsByCount = [];

    public int this[int group] => _counts[group];

    public long Total { get; private set; }

    /// <summary>How many groups count so often.</summary>
    public IEnumerable<(int Count, long Groups)> Histogram =>
        _groupsByCount.Where(c => c is { Key: > 0, Value: > 0 }).Select(c => (c.Key, c.Value));

    public void Add(int group) => Change(group, 1);

    public void Remove(int group) => Change(group, -1);

    private void Change(int group, int by)
    {
        ref var count = ref _counts[group];
        if (count > 0) _groupsByCount[count]--;
        count += by;
        Total += by;
        if (count > 0) _groupsByCount[count] = _groupsByCount.GetValueOrDefault(count) + 1;
    }
}
