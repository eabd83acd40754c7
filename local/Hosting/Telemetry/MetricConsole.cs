using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Serverless.Local.Hosting;

/// <summary>Adds up the product's metrics, and shows those that have changed since they were shown last.</summary>
internal sealed class MetricConsole(RunConsole console) : IDisposable
{
    // More are not shown: who has so many looks at them elsewhere.
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

    /// <summary>An attribute's name without what all of ours begin with.</summary>
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
        private double _most = double.NegativeInfinity;
        private bool _hasChanged;

        public void Add(double value)
        {
            lock (_lock)
            {
                _count++;
                _sum += value;
                _last = value;
                _most = Math.Max(_most, value);
                _hasChanged = true;
            }
        }

        /// <summary>Null where nothing came since the last call.</summary>
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
                        + Text($", at most {_most:0.######} {instrument.Unit}"),
                    _ => Text($"{_sum:0.####}"),
                };
            }
        }

        private static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
