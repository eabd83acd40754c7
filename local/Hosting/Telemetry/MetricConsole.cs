using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Serverless.Local.Hosting.Console;

namespace Serverless.Local.Hosting.Telemetry;

/// <summary>Aggregates the product's metrics, and shows those that changed since they were last shown.</summary>
internal sealed class MetricConsole(RunConsole console) : IDisposable
{
    // Bounds the memory; further series are not shown.
    private const int MaxSeries = 1000;

    private readonly ConcurrentDictionary<string, Series> _series = new();
    private readonly MeterListener _listener = new();

    public void Start()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Serverless.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public void Show()
    {
        foreach (var (name, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (series.TakeChange() is { } text) console.WriteLine($"metric {name}  {text}");
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>An attribute's name without the prefix of the product.</summary>
    internal static string Short(string attribute) =>
        attribute.StartsWith("serverless.", StringComparison.Ordinal) ? attribute["serverless.".Length..] : attribute;

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var (tag, tagValue) in tags)
        {
            name += string.Create(CultureInfo.InvariantCulture, $" {Short(tag)}={tagValue}");
        }

        if (!_series.TryGetValue(name, out var series))
        {
            if (_series.Count >= MaxSeries) return;
            series = _series.GetOrAdd(name, _ => new Series(instrument));
        }

        series.Add(value);
    }

    private sealed class Series(Instrument instrument)
    {
        private readonly Lock _lock = new();
        private long _count;
        private double _sum;
        private double _last;
        private double _max = double.NegativeInfinity;
        private bool _hasChanged;

        public void Add(double value)
        {
            lock (_lock)
            {
                _count++;
                _sum += value;
                _last = value;
                _max = Math.Max(_max, value);
                _hasChanged = true;
            }
        }

        /// <summary>The current value; null if unchanged since the last call.</summary>
        public string? TakeChange()
        {
            lock (_lock)
            {
                if (!_hasChanged) return null;
                _hasChanged = false;
                return instrument switch
                {
                    Gauge<double> => Text($"{_last:0.####} {instrument.Unit}"),
                    Histogram<double> => Text($"{_count} times, mean {_sum / _count:0.######} {instrument.Unit}")
                        + Text($", at most {_max:0.######} {instrument.Unit}"),
                    _ => Text($"{_sum:0.####}"),
                };
            }
        }

        private static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
