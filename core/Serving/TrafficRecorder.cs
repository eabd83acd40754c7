using System.Text.Json;
using Serverless.Datasets;
using Serverless.Monitoring;
using Serverless.Training;

namespace Serverless.Serving;

/// <summary>Counts what one version is asked and answers, until the counts are taken to be written.</summary>
internal sealed class TrafficRecorder
{
    // A sample of larger rows could take any amount of memory. They are counted like all others.
    private const int MaxSampledBytes = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly int _version;
    private readonly LoadedModel _model;
    private readonly int _sampleRows;
    private readonly int[] _slots;
    private readonly double[]?[] _edges;
    private readonly double[]? _outputEdges;
    private Counts _counts;

    public TrafficRecorder(string name, int version, LoadedModel model, int sampleRows)
    {
        (_name, _version, _model, _sampleRows) = (name, version, model, sampleRows);
        var profile = model.Profile;
        _slots = [.. profile.Features.Select((_, f) => ProfileBuilder.ProfiledSlot(model.Signature, f))];
        _edges = [.. profile.Features.Select(f => f.Type == ColumnType.Categorical ? null : f.Edges.ToArray())];
        _outputEdges = profile.Output?.Edges.ToArray();
        _counts = new Counts(profile);
    }

    /// <summary>Adds one answered row.</summary>
    /// <param name="row">The row as it was asked, kept where it is drawn for the sample.</param>
    public void Record(string id, ReadOnlySpan<byte> row, ReadOnlySpan<float> slots, ReadOnlySpan<double> outputs)
    {
        lock (_lock)
        {
            var c = _counts;
            for (var f = 0; f < _slots.Length; f++) c.Features[f].Add(slots[_slots[f]], _edges[f]);
            if (_outputEdges is not null) c.Output!.Add(NumberText.ToFloat(outputs[0]), _outputEdges);
            if (c.PredictedClasses.Length > 0)
            {
                c.PredictedClasses[PredictedClass.Of(_model.Signature.Task, outputs)]++;
            }

            c.Rows++;
            if (row.Length > MaxSampledBytes) return;
            // Algorithm R (Vitter 1985): every row has the same chance to be in the sample.
            if (c.Sample.Count < _sampleRows)
            {
                c.Sample.Add(Sampled(id, row, outputs));
            }
            else if (_sampleRows > 0 && c.Random.NextInt32((int)Math.Min(c.Rows, int.MaxValue)) is var k && k < _sampleRows)
            {
                c.Sample[k] = Sampled(id, row, outputs);
            }
        }
    }

    /// <summary>What was counted since the last call, null where that is nothing.</summary>
    public TrafficSketch? Take(DateTimeOffset now, DateTimeOffset since)
    {
        Counts counts;
        lock (_lock)
        {
            if (_counts.Rows == 0) return null;
            counts = _counts;
            _counts = new Counts(_model.Profile);
        }

        return new TrafficSketch
        {
            Model = _name,
            Version = _version,
            From = since,
            Until = now,
            Rows = counts.Rows,
            Features = [.. counts.Features.Select(f => f.ToSketch())],
            Output = counts.Output?.ToSketch(),
            PredictedClasses = counts.PredictedClasses,
            Sample = counts.Sample,
        };
    }

    private static SampledPrediction Sampled(string id, ReadOnlySpan<byte> row, ReadOnlySpan<double> outputs)
    {
        var reader = new Utf8JsonReader(row);
        return new SampledPrediction(id, JsonElement.ParseValue(ref reader), outputs.ToArray());
    }

    private sealed class Counts(ReferenceProfile profile)
    {
        public ColumnCounts[] Features { get; } = [.. profile.Features.Select(f => new ColumnCounts(f.Counts.Count))];

        public ColumnCounts? Output { get; } = profile.Output is null ? null : new ColumnCounts(profile.Output.Counts.Count);

        public long[] PredictedClasses { get; } = new long[profile.PredictedClasses.Count];

        public List<SampledPrediction> Sample { get; } = [];

        public SplitMix64 Random { get; } = new(0);

        public long Rows { get; set; }
    }

    private sealed class ColumnCounts(int bins)
    {
        private readonly long[] _counts = new long[bins];
        private long _missing;
        private double _minimum = double.PositiveInfinity;
        private double _maximum = double.NegativeInfinity;

        /// <param name="edges">Null for a column of category codes.</param>
        public void Add(float value, double[]? edges)
        {
            if (float.IsNaN(value))
            {
                _missing++;
            }
            else if (edges is null)
            {
                _counts[(int)value]++;
            }
            else
            {
                _counts[ProfileBuilder.Bin(edges, value)]++;
                _minimum = Math.Min(_minimum, value);
                _maximum = Math.Max(_maximum, value);
            }
        }

        public ColumnSketch ToSketch() => _minimum > _maximum
            ? new ColumnSketch(_missing, _counts, null, null)
            : new ColumnSketch(_missing, _counts, _minimum, _maximum);
    }
}
