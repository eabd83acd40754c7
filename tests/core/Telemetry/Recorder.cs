using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Core.Tests.Telemetry;

/// <summary>
/// Hears what an exporter would. Other tests of the process are heard too: look for a model of one's own.
/// </summary>
internal sealed class Recorder : IDisposable
{
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public Recorder()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Serverless.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Serverless.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>(
            (i, value, tags, _) => Measured.Enqueue(new Measurement(i, value, tags.ToArray())));
        _meters.SetMeasurementEventCallback<double>(
            (i, value, tags, _) => Measured.Enqueue(new Measurement(i, value, tags.ToArray())));
        _meters.Start();
    }

    public ConcurrentQueue<Activity> Ended { get; } = new();

    public ConcurrentQueue<Measurement> Measured { get; } = new();

    /// <summary>The spans of the one trace that has a span about the model, in the order in which they ended.</summary>
    public List<Activity> TraceOf(string model)
    {
        var trace = Assert.Single(
            Ended.Where(a => Equals(a.GetTagItem("serverless.model.name"), model)).Select(a => a.TraceId).Distinct());
        return [.. Ended.Where(a => a.TraceId == trace)];
    }

    public List<Measurement> Of(string instrument, string model) =>
        [.. Measured.Where(m => m.Instrument.Name == instrument && Equals(m.Tag("serverless.model.name"), model))];

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    public sealed record Measurement(
        Instrument Instrument, double Value, IReadOnlyList<KeyValuePair<string, object?>> Tags)
    {
        public object? Tag(string name) => Tags.FirstOrDefault(t => t.Key == name).Value;
    }
}
