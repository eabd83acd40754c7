using System.Text.Json;
using Serverless.Core.Traffic;
using Serverless.Csv.Values;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>Counts in the bins of a profile, and an even sample. Not safe for several threads.</summary>
internal sealed class TrafficCounts(TrafficColumns columns, int sampleRows)
{
    private readonly SplitMix64 _random = new(0);
    private long _sampleBytes;

    public ColumnCounts[] Features { get; } = [.. columns.Features.Select(f => new ColumnCounts(f.Edges))];

    public ColumnCounts? Output { get; } = columns.Output is null ? null : new ColumnCounts(columns.Output);

    public long[] PredictedClasses { get; } = new long[columns.Classes];

    public List<KeptPrediction> Sample { get; private set; } = [];

    public long Rows { get; private set; }

    /// <summary>About what they take of memory.</summary>
    public long Bytes => columns.BytesOfCounts + Volatile.Read(ref _sampleBytes);

    /// <summary>Of requests, each of one or more rows.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Counts the values of a row, which <see cref="DrawPlace"/> counts as a whole.</summary>
    public void Add(ReadOnlySpan<float> slots, ReadOnlySpan<double> outputs)
    {
        for (var f = 0; f < Features.Length; f++) Features[f].Add(slots[columns.Features[f].Slot]);
        Output?.Add(Utf8NumberParser.ToFloat(outputs[0]));
        if (PredictedClasses.Length > 0) PredictedClasses[PredictedClass.Of(columns.Signature.Task, outputs)]++;
    }

    /// <summary>
    /// Counts one more row and draws its place in the sample, null where it has none: Algorithm R (Vitter 1985), by which
    /// every row has the same chance to be in the sample.
    /// </summary>
    public int? DrawPlace()
    {
        Rows++;
        if (Sample.Count < sampleRows) return Sample.Count;
        var place = _random.NextInt32((int)Math.Min(Rows, int.MaxValue));
        return place < sampleRows ? place : null;
    }

    public void Keep(int place, KeptPrediction prediction)
    {
        var before = place < Sample.Count ? Sample[place].Bytes : 0;
        if (place == Sample.Count) Sample.Add(prediction);
        else Sample[place] = prediction;
        Volatile.Write(ref _sampleBytes, _sampleBytes + prediction.Bytes - before);
    }

    public void Add(TrafficCounts other)
    {
        for (var f = 0; f < Features.Length; f++) Features[f].Add(other.Features[f]);
        Output?.Add(other.Output!);
        for (var c = 0; c < PredictedClasses.Length; c++) PredictedClasses[c] += other.PredictedClasses[c];
        MergeSample([.. other.Sample], other.Rows);
        Rows += other.Rows;
        Latency.Add(other.Latency);
    }

    /// <summary>Draws rows from both samples as if from all the rows that they stand for.</summary>
    private void MergeSample(List<KeptPrediction> other, long otherRows)
    {
        var (own, ownRows, merged) = (Sample, Rows, new List<KeptPrediction>());
        while (merged.Count < sampleRows && own.Count + other.Count > 0)
        {
            var isOwn = other.Count == 0 || (own.Count > 0 && _random.NextDouble() * (ownRows + otherRows) < ownRows);
            var from = isOwn ? own : other;
            var k = _random.NextInt32(from.Count);
            merged.Add(from[k]);
            from.RemoveAt(k);
            if (isOwn) ownRows--;
            else otherRows--;
        }

        Sample = merged;
        Volatile.Write(ref _sampleBytes, merged.Sum(kept => kept.Bytes));
    }
}

/// <summary>A prediction of the sample as it waits to be written: parsed, it would take three times the memory.</summary>
/// <param name="Row">As it was asked, UTF-8 JSON; null where it was too long to keep.</param>
internal sealed record KeptPrediction(string Id, byte[]? Row, double[] Outputs)
{
    // Headers of four objects, and the place in the list.
    private const int Overhead = 128;

    public long Bytes => Overhead + (2L * Id.Length) + (Row?.Length ?? 0) + (8L * Outputs.Length);

    public SampledPrediction ToSample() => new(Id, Row is null ? null : JsonElement.Parse(Row), Outputs);
}

/// <summary>Counts of one column.</summary>
internal sealed class ColumnCounts(ProfileBins edges)
{
    private readonly long[] _counts = new long[edges.Bins];
    private long _missing;
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    public void Add(float value)
    {
        if (float.IsNaN(value))
        {
            _missing++;
        }
        else if (edges.IsCategorical)
        {
            _counts[(int)value]++;
        }
        else
        {
            _counts[edges.Bin(value)]++;
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
