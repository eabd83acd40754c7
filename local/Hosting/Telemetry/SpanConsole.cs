using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Serverless.Local.Hosting.Console;

namespace Serverless.Local.Hosting.Telemetry;

/// <summary>Shows each trace of the product, when its root span ends, as a tree with one line per span.</summary>
internal sealed class SpanConsole(RunConsole console, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// Limit of shown traces per second and name, because predictions may come by the thousand. Traces of runs, which
    /// have other names, are still shown.
    /// </summary>
    public const int MaxPerSecond = 20;

    private const string Prefix = "Serverless.";

    private readonly ConcurrentDictionary<Activity, ConcurrentQueue<Activity>> _open = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Shown> _shown = [];
    private ActivityListener? _listener;

    public void Start() => ActivitySource.AddActivityListener(_listener = new ActivityListener
    {
        ShouldListenTo = source => source.Name.StartsWith(Prefix, StringComparison.Ordinal),
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStarted = span =>
        {
            if (RootOf(span) == span) _open[span] = [];
        },
        ActivityStopped = Ended,
    });

    public void Dispose() => _listener?.Dispose();

    private void Ended(Activity span)
    {
        var root = RootOf(span);
        if (root != span)
        {
            // A span that ends after its root is left out.
            if (_open.TryGetValue(root, out var others)) others.Enqueue(span);
            return;
        }

        if (_open.TryRemove(span, out var children) && MayShow(span.DisplayName))
        {
            console.WriteLine(Tree(span, [.. children]));
        }
    }

    /// <summary>The topmost span of the product above this one, or this one.</summary>
    private static Activity RootOf(Activity span)
    {
        while (span.Parent is { } parent
            && parent.Source.Name.StartsWith(Prefix, StringComparison.Ordinal)) span = parent;
        return span;
    }

    private bool MayShow(string name)
    {
        lock (_lock)
        {
            var second = clock.GetTimestamp() / clock.TimestampFrequency;
            var shown = _shown.GetValueOrDefault(name);
            if (shown.Second != second)
            {
                if (shown.LeftOut > 0) console.WriteLine($"{shown.LeftOut} more traces of {name} in that second");
                shown = new Shown(second, 0, 0);
            }

            var mayShow = shown.Count < MaxPerSecond;
            _shown[name] = mayShow
                ? shown with { Count = shown.Count + 1 }
                : shown with { LeftOut = shown.LeftOut + 1 };
            return mayShow;
        }
    }

    /// <summary>Number of traces of one name that were shown, and left out, in one second.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Shown(long Second, int Count, int LeftOut);

    private static string Tree(Activity root, IReadOnlyList<Activity> others)
    {
        var text = new StringBuilder($"trace {root.TraceId}");
        Append(root, depth: 1);
        return text.ToString();

        void Append(Activity span, int depth)
        {
            text.AppendLine().Append(' ', 2 * depth).Append(span.DisplayName).Append(' ').Append(
                Duration(span.Duration));
            if (span.Status == ActivityStatusCode.Error) text.Append(" error");
            foreach (var (name, value) in span.TagObjects)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {MetricConsole.Short(name)}={value}");
            }

            foreach (var child in others.Where(s => s.ParentSpanId == span.SpanId).OrderBy(s => s.StartTimeUtc))
            {
                Append(child, depth + 1);
            }
        }
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds >= 1
        ? $"{time.TotalSeconds:0.00} s"
        : $"{time.TotalMilliseconds:0.###} ms";
}
