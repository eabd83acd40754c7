using Serverless.Core.Traffic;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>One side's requests in this process. Not thread-safe.</summary>
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

    /// <param name="sample">Copied.</param>
    public SideSketch ToSketch(Reservoir<RolloutPrediction> sample) =>
        new(_requests, _errors, _error, _latency.ToCounts(), _classes, [.. sample.Items]);
}
