using Serverless.Core.Traffic;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>One side's requests in this process. Not safe for several threads.</summary>
internal sealed class SideCounts
{
    private const int MaxErrorCharacters = 300;

    private readonly LatencyHistogram _latency = new();
    private long _requests;
    private long _errors;
    private string? _error;
    private IReadOnlyList<string> _classes = [];

    public void Answered(IReadOnlyList<string> classes, double? nanosecondsPerRow)
    {
        _requests++;
        _classes = classes;
        if (nanosecondsPerRow is { } elapsed) _latency.Add(elapsed);
    }

    public void Failed(string error)
    {
        _requests++;
        _errors++;
        _error = error.Length > MaxErrorCharacters ? error[..MaxErrorCharacters] + "…" : error;
    }

    public void Add(SideCounts other)
    {
        _requests += other._requests;
        _errors += other._errors;
        _error = other._error ?? _error;
        if (other._classes.Count > 0) _classes = other._classes;
        _latency.Add(other._latency);
    }

    public SideSketch ToSketch(SideSample sample) => new(_requests, _errors, _error, _latency.ToCounts(), _classes, sample.Kept);
}

/// <summary>Predictions of one side, each with the same chance to be kept (Algorithm R, Vitter 1985). Not safe for several threads.</summary>
internal sealed class SideSample(int size)
{
    private readonly SplitMix64 _random = new((ulong)size);
    private readonly List<RolloutPrediction> _kept = [];
    private long _rows;

    /// <summary>A copy.</summary>
    public IReadOnlyList<RolloutPrediction> Kept => [.. _kept];

    /// <summary>The next row's place; −1 where it has none.</summary>
    public int Draw()
    {
        _rows++;
        if (_rows <= size) return (int)_rows - 1;
        var place = _random.NextInt32((int)Math.Min(_rows, int.MaxValue));
        return place < size ? place : -1;
    }

    public void Keep(int place, string id, ReadOnlySpan<double> outputs)
    {
        var prediction = new RolloutPrediction(id, outputs.ToArray());
        if (place >= _kept.Count) _kept.Add(prediction);
        else _kept[place] = prediction;
    }
}
