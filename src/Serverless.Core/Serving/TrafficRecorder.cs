using Serverless.Core.Traffic;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// Counts what one version is asked and answers, until the counts are taken to be written. Requests that meet count
/// apart, up to one set of counts for each processor, so that none waits for another; they are added up when they are
/// taken.
/// </summary>
internal sealed class TrafficRecorder
{
    private readonly int _version;
    private readonly ServingOptions _options;
    private readonly TrafficColumns _columns;
    private readonly Stripe[] _stripes;

    // Grows when requests meet: most of a thousand models are asked rarely, and a set of counts for each of many
    // processors would take more memory than the model.
    private int _used = 1;

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

    /// <summary>How many loaded copies of the version count into it.</summary>
    public int Holders { get; set; }

    /// <summary>When the last of them was replaced, or had to make room; null while one answers.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>
    /// About what it takes of memory: the bins, and what waits to be written. While the version answers, it goes on to
    /// be counted as widely as so far.
    /// </summary>
    public long Bytes => _columns.BytesOfCounts
        + _stripes.Take(Volatile.Read(ref _used)).Sum(
            s => s.Counts?.Bytes ?? (RetiredAt is null ? _columns.BytesOfCounts : 0));

    /// <summary>Adds one answered row, which is kept where it is drawn for the sample.</summary>
    public void Record(in AnsweredRow row)
    {
        var stripe = Enter();
        try
        {
            // Only where there is traffic: of a thousand models most are asked rarely, and by few processors.
            var counts = stripe.Counts ??= NewCounts();
            counts.Add(row.Slots, row.Outputs);
            if (counts.Draw() is var place and >= 0) counts.Keep(place, Kept(row));
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
    public TrafficCounts? Take()
    {
        TrafficCounts? all = null;
        foreach (var stripe in _stripes)
        {
            TrafficCounts? taken;
            lock (stripe.Lock) (taken, stripe.Counts) = (stripe.Counts, null);
            if (all is null) all = taken;
            else if (taken is not null) all.Add(taken);
        }

        return all;
    }

    /// <summary>Puts back what was taken and could not be written.</summary>
    public void Return(TrafficCounts counts)
    {
        var stripe = _stripes[0];
        lock (stripe.Lock)
        {
            if (stripe.Counts is { } newer) newer.Add(counts);
            else stripe.Counts = counts;
        }
    }

    /// <summary>Enters the stripe of this processor; where somebody is in it, another one.</summary>
    private Stripe Enter()
    {
        var processor = Thread.GetCurrentProcessorId();
        var used = Volatile.Read(ref _used);
        var own = _stripes[processor % used];
        if (own.Lock.TryEnter()) return own;
        var wider = Math.Min(used + 1, _stripes.Length);
        Interlocked.CompareExchange(ref _used, wider, used);
        for (var i = 0; i < wider; i++)
        {
            var other = _stripes[(processor + i) % wider];
            if (other.Lock.TryEnter()) return other;
        }

        own.Lock.Enter();
        return own;
    }

    private TrafficCounts NewCounts() => new(_columns, _options.SampleRows);

    /// <summary>What is written of counts that were taken.</summary>
    public TrafficSketch Sketch(TrafficCounts counts, DateTimeOffset now, DateTimeOffset since) => new()
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
        Sample = [.. counts.Sample.Select(kept => kept.ToSample())],
    };

    private KeptPrediction Kept(in AnsweredRow row)
    {
        var source = row.Source;
        var kept = source.Length > _options.MaxSampleRowBytes ? null : source.ToArray();
        return new KeptPrediction(row.Id, kept, row.Outputs.ToArray());
    }

    private sealed class Stripe
    {
        public Lock Lock { get; } = new();

        /// <summary>Null where nothing was counted since the last flush.</summary>
        public TrafficCounts? Counts { get; set; }
    }
}
