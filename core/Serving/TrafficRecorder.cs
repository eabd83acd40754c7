using System.Text.Json;
using Serverless.Datasets;
using Serverless.Monitoring;
using Serverless.Training;

namespace Serverless.Serving;

/// <summary>Counts what one version is asked and answers, until the counts are taken to be written.</summary>
internal sealed class TrafficRecorder
{
    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly int _version;
    private readonly LoadedModel _model;
    private readonly ServingOptions _options;
    private readonly int[] _slots;
    private readonly double[]?[] _edges;
    private readonly double[]? _outputEdges;
    private TrafficCounts _counts;

    public TrafficRecorder(string name, int version, LoadedModel model, ServingOptions options)
    {
        (_name, _version, _model, _options) = (name, version, model, options);
        var profile = model.Profile;
        _slots = [.. profile.Features.Select((_, f) => ProfileBuilder.ProfiledSlot(model.Signature, f))];
        _edges = [.. profile.Features.Select(f => f.Type == ColumnType.Categorical ? null : f.Edges.ToArray())];
        _outputEdges = profile.Output?.Edges.ToArray();
        _counts = new TrafficCounts(profile, options.SampleRows);
    }

    /// <summary>Adds one answered row.</summary>
    /// <param name="row">The row as it was asked, kept where it is drawn for the sample.</param>
    public void Record(string id, ReadOnlySpan<byte> row, ReadOnlySpan<float> slots, ReadOnlySpan<double> outputs)
    {
        lock (_lock)
        {
            for (var f = 0; f < _slots.Length; f++) _counts.Features[f].Add(slots[_slots[f]], _edges[f]);
            if (_outputEdges is not null) _counts.Output!.Add(NumberText.ToFloat(outputs[0]), _outputEdges);
            if (_counts.PredictedClasses.Length > 0)
            {
                _counts.PredictedClasses[PredictedClass.Of(_model.Signature.Task, outputs)]++;
            }

            if (_counts.DrawPlace() is { } place) _counts.Keep(place, Sampled(id, row, outputs));
        }
    }

    /// <summary>What was counted since the last call, null where that is nothing.</summary>
    public TrafficSketch? Take(DateTimeOffset now, DateTimeOffset since)
    {
        TrafficCounts counts;
        lock (_lock)
        {
            if (_counts.Rows == 0) return null;
            counts = _counts;
            _counts = new TrafficCounts(_model.Profile, _options.SampleRows);
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

    /// <summary>Puts back what was taken and could not be written.</summary>
    public void Return(TrafficSketch sketch)
    {
        lock (_lock) _counts.Add(sketch);
    }

    private SampledPrediction Sampled(string id, ReadOnlySpan<byte> row, ReadOnlySpan<double> outputs)
    {
        if (row.Length > _options.MaxSampleRowBytes) return new SampledPrediction(id, null, outputs.ToArray());
        var reader = new Utf8JsonReader(row);
        return new SampledPrediction(id, JsonElement.ParseValue(ref reader), outputs.ToArray());
    }
}
