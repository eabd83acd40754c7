using System.Text;

namespace Serverless.Core.Batch;

/// <summary>Counts the unknown values of the rows of a chunk. Rows without any allocate nothing.</summary>
internal sealed class UnknownTally
{
    private readonly SortedDictionary<int, Counted> _features = [];

    public void Add(int feature, long line, ReadOnlySpan<byte> value)
    {
        if (!_features.TryGetValue(feature, out var counted)) _features[feature] = counted = new Counted(line);
        counted.Rows++;
        if (counted.Examples.Count == UnknownValues.MaxExamples) return;
        var text = Encoding.UTF8.GetString(value);
        if (!counted.Examples.Contains(text)) counted.Examples.Add(text);
    }

    public IReadOnlyList<UnknownValues> ToList() => _features.Count == 0
        ? []
        : [.. _features.Select(f => new UnknownValues(f.Key, f.Value.Line, f.Value.Rows, f.Value.Examples))];

    public void Clear()
    {
        if (_features.Count > 0) _features.Clear();
    }

    private sealed class Counted(long line)
    {
        public long Line { get; } = line;

        public long Rows { get; set; }

        public List<string> Examples { get; } = [];
    }
}
