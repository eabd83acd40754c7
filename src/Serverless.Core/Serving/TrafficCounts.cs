using System.Text.Json;
using Serverless.Core.Traffic;
using Serverless.Csv.Values;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Serving;

/// <summary>Counts rows into the bins of a profile, and samples them uniformly. Not thread-safe.</summary>
internal sealed class TrafficCounts(TrafficColumns columns, int sampleRows)
{
    private readonly Reservoir<KeptPrediction> _sample = new(sampleRows, seed: 0);
    private long _sampleBytes;

    public ColumnCounts[] Features { get; } = [.. columns.Features.Select(f => new ColumnCounts(f.Bins))];

    public ColumnCounts? Output { get; } = columns.Output is null ? null : new ColumnCounts(columns.Output);

    public long[] PredictedClasses { get; } = new long[columns.Classes];

    public IReadOnlyList<KeptPrediction> Sample => _sample.Items;

    public long Rows => _sample.Seen;

    /// <summary>Estimated bytes.</summary>
    public long Bytes => columns.BytesOfCounts + Volatile.Read(ref _sampleBytes);

    /// <summary>Latency of requests, each of one or more rows.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Counts the values of a row; <see cref="Draw"/> counts the row.</summary>
    public void Add(ReadOnlySpan<float> slots, ReadOnlySpan<double> outputs)
    {
        for (var f = 0; f < Features.Length; f++) Features[f].Add(slots[columns.Features[f].Slot]);
        Output?.Add(Utf8NumberParser.ToFloat(outputs[0]));
        if (PredictedClasses.Length > 0) PredictedClasses[PredictedClass.Of(columns.Signature.Task, outputs)]++;
    }

    /// <summary>Counts one more row, and draws its place in the sample.</summary>
    /// <returns>−1 if not sampled.</returns>
    public int Draw() => _sample.Draw();

    public void Keep(int place, KeptPrediction prediction)
    {
        var before = _sample.Keep(place, prediction)?.Bytes ?? 0;
        Volatile.Write(ref _sampleBytes, _sampleBytes + prediction.Bytes - before);
    }

    public void Add(TrafficCounts other)
    {
        for (var f = 0; f < Features.Length; f++) Features[f].Add(other.Features[f]);
        Output?.Add(other.Output!);
        for (var c = 0; c < PredictedClasses.Length; c++) PredictedClasses[c] += other.PredictedClasses[c];
        _sample.Add(other._sample);
        Volatile.Write(ref _sampleBytes, Sample.Sum(kept => kept.Bytes));
        Latency.Add(other.Latency);
    }
}

/// <summary>
/// A sampled prediction, kept unparsed until it is written: parsed JSON takes three times the memory.
/// </summary>
/// <param name="Row">The row as requested, UTF-8 JSON; null if it was too long to store.</param>
internal sealed record KeptPrediction(string Id, byte[]? Row, double[] Outputs)
{
    // Headers of four objects, and the list's element.
    private const int Overhead = 128;

    public long Bytes => Overhead + (2L * Id.Length) + (Row?.Length ?? 0) + (8L * Outputs.Length);

    public SampledPrediction ToSample() => new(Id, Row is null ? null : JsonElement.Parse(Row), Outputs);
}

/// <summary>Counts of one column.</summary>
internal sealed class ColumnCounts(ProfileBins bins)
{
    private readonly long[] _counts = new long[bins.Count];
    private long _missing;
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    public void Add(float value)
    {
        if (float.IsNaN(value))
        {
            _missing++;
        }
        else if (bins.IsCategorical)
        {
            _counts[(int)value]++;
        }
        else
        {
            _counts[bins.Of(value)]++;
            if (value < _minimum) _minimum = value;
            if (value > _maximum) _maximum = value;
        }
    }

    public void Add(ColumnCounts other)
    {
        _missing += other._missing;
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        _minimum = Math.Min(_minimum, other._minimum);
        _maximum = Math.Max(_maximum, other._maximum);
    }

    public ColumnSketch ToSketch() => _minimum > _maximum
        ? new ColumnSketch(_missing, _counts, null, null)
        : new ColumnSketch(_missing, _counts, _minimum, _maximum);
}
