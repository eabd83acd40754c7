using Serverless.Core.Traffic;
using Serverless.Learning.Models;

namespace Serverless.Core.Serving;

/// <summary>
/// Counts the requests and answers of one version between flushes. Concurrent requests use separate counts, at most one
/// set per processor, so that none waits for another; they are merged when taken.
/// </summary>
internal sealed class TrafficRecorder
{
    private readonly int _version;
    private readonly ServingOptions _options;
    private readonly TrafficColumns _columns;
    private readonly Stripe[] _stripes;

    // Grows with contention: most models are requested rarely, and a set of counts per processor would take more memory
    // than the model.
    private int _used = 1;

    public TrafficRecorder(string name, int version, LoadedModel model, ServingOptions options)
    {
        (Name, _version, _options) = (name, version, options);
        Key = $"{name}/{version}/{model.Hash}";
        _columns = new TrafficColumns(model);
        _stripes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Stripe())];
    }

    /// <summary>Equal for all loads of the same file as this version.</summary>
    public string Key { get; }

    /// <summary>Name of the model.</summary>
    public string Name { get; }

    /// <summary>Number of loaded copies of the version that share this recorder.</summary>
    public int Holders { get; set; }

    /// <summary>When the last copy was replaced or evicted; null while one answers.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>
    /// Estimated bytes: the bins and the unwritten counts. While the version answers, it is assumed to use as many
    /// stripes as before.
    /// </summary>
    public long Bytes => _columns.BytesOfCounts
        + _stripes.Take(Volatile.Read(ref _used)).Sum(
            s => s.Counts?.Bytes ?? (RetiredAt is null ? _columns.BytesOfCounts : 0));

    /// <summary>Counts one answered row, and adds it to the sample if drawn.</summary>
    public void Record(in AnsweredRow row)
    {
        var stripe = Enter();
        try
        {
            // Created on use: most models are requested rarely, and on few processors.
            var counts = stripe.Counts ??= NewCounts();
            counts.Add(row.Slots, row.Outputs);
            if (counts.Draw() is var place and >= 0) counts.Keep(place, Kept(row));
        }
        finally
        {
            stripe.Lock.Exit();
        }
    }

    /// <summary>Counts one answered request, however many rows.</summary>
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

    /// <summary>Takes the counts since the last call; null without any.</summary>
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

    /// <summary>Returns counts that could not be written.</summary>
    public void Return(TrafficCounts counts)
    {
        var stripe = _stripes[0];
        lock (stripe.Lock)
        {
            if (stripe.Counts is { } newer) newer.Add(counts);
            else stripe.Counts = counts;
        }
    }

    /// <summary>Enters the stripe of this processor, or another one if that is busy.</summary>
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

    /// <summary>Converts taken counts to what is written.</summary>
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

        /// <summary>Null if nothing was counted since the last flush.</summary>
        public TrafficCounts? Counts { get; set; }
    }
}
