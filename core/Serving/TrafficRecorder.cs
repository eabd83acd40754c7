using System.Text.Json;
using Serverless.Monitoring;
using Serverless.Training;

namespace Serverless.Serving;

/// <summary>
/// Counts what one version is asked and answers, until the counts are taken to be written. Each processor counts for
/// itself, so that requests do not wait for one another; the counts are added up when they are taken.
/// </summary>
internal sealed class TrafficRecorder
{
    private readonly int _version;
    private readonly ServingOptions _options;
    private readonly TrafficColumns _columns;
    private readonly Stripe[] _stripes;

    public TrafficRecorder(string name, int version, LoadedModel model, ServingOptions options)
    {
        (Name, _version, _options) = (name, version, options);
        Key = $"{name}/{version}/{model.Hash}";
        _columns = new TrafficColumns(model);
        _stripes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Stripe())];
    }

    /// <summary>The same for each time that the same file is loaded as this version.</summary>
    public string Key { get; }

    /// <summary>The model's.</summary>
    public string Name { get; }

    /// <summary>When another version took over, or it had to make room; null while it answers.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>Adds one answered row, which is kept where it is drawn for the sample.</summary>
    public void Record(in AnsweredRow row, ReadOnlySpan<double> outputs)
    {
        var stripe = Enter();
        try
        {
            // Only where there is traffic: of a thousand models most are asked rarely, and by few processors.
            var counts = stripe.Counts ??= NewCounts();
            counts.Add(row.Slots, outputs);
            if (counts.DrawPlace() is { } place) counts.Keep(place, Sampled(row, outputs));
        }
        finally
        {
            stripe.Lock.Exit();
        }
    }

    /// <summary>Counts one answered request, whatever the number of its rows.</summary>
    public void Answered(TimeSpan elapsed)
    {
        var stripe = Enter();
        try
        {
            (stripe.Counts ??= NewCounts()).Latency.Add(elapsed.TotalNanoseconds);
        }
        finally
        {
            stripe.Lock.Exit();
        }
    }

    /// <summary>What was counted since the last call, null where that is nothing.</summary>
    public TrafficSketch? Take(DateTimeOffset now, DateTimeOffset since)
    {
        TrafficCounts? all = null;
        foreach (var stripe in _stripes)
        {
            TrafficCounts? taken;
            lock (stripe.Lock) (taken, stripe.Counts) = (stripe.Counts, null);
            if (all is null) all = taken;
            else if (taken is not null) all.Add(Sketch(taken, now, since));
        }

        return all is null ? null : Sketch(all, now, since);
    }

    /// <summary>Puts back what was taken and could not be written.</summary>
    public void Return(TrafficSketch sketch)
    {
        var stripe = _stripes[0];
        lock (stripe.Lock) (stripe.Counts ??= NewCounts()).Add(sketch);
    }

    /// <summary>Enters the stripe of this processor; where a thread was interrupted in it, another one.</summary>
    private Stripe Enter()
    {
        var own = Thread.GetCurrentProcessorId() % _stripes.Length;
        for (var i = 0; i < _stripes.Length; i++)
        {
            var stripe = _stripes[(own + i) % _stripes.Length];
            if (stripe.Lock.TryEnter()) return stripe;
        }

        _stripes[own].Lock.Enter();
        return _stripes[own];
    }

    private TrafficCounts NewCounts() => new(_columns, _options.SampleRows);

    private TrafficSketch Sketch(TrafficCounts counts, DateTimeOffset now, DateTimeOffset since) => new()
    {
        Model = Name,
        Version = _version,
        From = since,
        Until = now,
        Rows = counts.Rows,
        Latency = counts.Latency.ToCounts(),
        Features = [.. counts.Features.Select(f => f.ToSketch())],
        Output = counts.Output?.ToSketch(),
        PredictedClasses = counts.PredictedClasses,
        Sample = counts.Sample,
    };

    private SampledPrediction Sampled(in AnsweredRow row, ReadOnlySpan<double> outputs)
    {
        var source = row.Source;
        if (source.Length > _options.MaxSampleRowBytes) return new SampledPrediction(row.Id, null, outputs.ToArray());
        var reader = new Utf8JsonReader(source);
        return new SampledPrediction(row.Id, JsonElement.ParseValue(ref reader), outputs.ToArray());
    }

    private sealed class Stripe
    {
        public Lock Lock { get; } = new();

        /// <summary>Null where nothing was counted since the last flush.</summary>
        public TrafficCounts? Counts { get; set; }
    }
}
