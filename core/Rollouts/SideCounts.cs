using Serverless.Training;

namespace Serverless.Rollouts;

/// <summary>One side's requests in this process. Not safe for several threads.</summary>
internal sealed class SideCounts
{
    private const int MaxErrorCharacters = 300;

    private readonly LatencyHistogram _latency = new();
    private readonly List<RolloutPrediction> _sample = [];
    private long _errors;
    private string? _error;
    private IReadOnlyList<string> _classes = [];

    public long Requests { get; private set; }

    public void Answered(IReadOnlyList<string> classes, double? nanosecondsPerRow)
    {
        Requests++;
        _classes = classes;
        if (nanosecondsPerRow is { } elapsed) _latency.Add(elapsed);
    }

    public void Failed(string error)
    {
        Requests++;
        _errors++;
        _error = error.Length > MaxErrorCharacters ? error[..MaxErrorCharacters] + "…" : error;
    }

    public void Keep(int place, string id, ReadOnlySpan<double> outputs)
    {
        var prediction = new RolloutPrediction(id, outputs.ToArray());
        if (place == _sample.Count) _sample.Add(prediction);
        else _sample[place] = prediction;
    }

    public SideSketch ToSketch() => new(Requests, _errors, _error, _latency.ToCounts(), _classes, [.. _sample]);
}

/// <summary>Places in a sample in which every row is with the same chance (Algorithm R, Vitter 1985).</summary>
internal sealed class SamplePlaces(int size)
{
    private readonly SplitMix64 _random = new((ulong)size);
    private long _rows;

    /// <summary>The next row's place; −1 where it has none.</summary>
    public int Draw()
    {
        _rows++;
        if (_rows <= size) return (int)_rows - 1;
        var place = _random.NextInt32((int)Math.Min(_rows, int.MaxValue));
        return place < size ? place : -1;
    }
}
