using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Serverless.Local.Hosting;

/// <summary>Shows each trace of the product once its first span has ended: a tree, one line for a span.</summary>
internal sealed class SpanConsole(RunConsole console, TimeProvider clock) : IDisposable
{
    /// <summary>Traces shown in a second; predictions come by the thousand, and nobody reads them all.</summary>
    public const int MostInSecond = 20;

    private const string Prefix = "Serverless.";

    private readonly ConcurrentDictionary<Activity, ConcurrentQueue<Activity>> _open = new();
    private readonly Lock _lock = new();
    private ActivityListener? _listener;
    private long _second;
    private int _shown;
    private int _leftOut;

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
            // What ends after its root has nobody to be shown with.
            if (_open.TryGetValue(root, out var others)) others.Enqueue(span);
            return;
        }

        if (_open.TryRemove(span, out var children) && MayShow()) console.WriteLine(Tree(span, [.. children]));
    }

    /// <summary>The span that has no other of ours above it.</summary>
    private static Activity RootOf(Activity span)
    {
        while (span.Parent is { } parent && parent.Source.Name.StartsWith(Prefix, StringComparison.Ordinal)) span = parent;
        return span;
    }

    private bool MayShow()
    {
        lock (_lock)
        {
            var second = clock.GetTimestamp() / clock.TimestampFrequency;
            if (second != _second)
            {
                if (_leftOut > 0) console.WriteLine($"{_leftOut} more traces in that second");
                (_second, _shown, _leftOut) = (second, 0, 0);
            }

            if (_shown < MostInSecond)
            {
                _shown++;
                return true;
            }

            _leftOut++;
            return false;
        }
    }

    private static string Tree(Activity root, IReadOnlyList<Activity> others)
    {
        var text = new StringBuilder($"trace {root.TraceId}");
        Append(root, depth: 1);
        return text.ToString();

        void Append(Activity span, int depth)
        {
            text.AppendLine().Append(' ', 2 * depth).Append(span.DisplayName).Append(' ').Append(Duration(span.Duration));
            if (span.Status == ActivityStatusCode.Error) text.Append(" error");
            foreach (var (name, value) in span.TagObjects) text.Append(CultureInfo.InvariantCulture, $"  {MetricConsole.Short(name)}={value}");
            foreach (var child in others.Where(s => s.ParentSpanId == span.SpanId).OrderBy(s => s.StartTimeUtc)) Append(child, depth + 1);
        }
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds >= 1
        ? $"{time.TotalSeconds:0.00} s"
        : $"{time.TotalMilliseconds:0.###} ms";
}
