using System.Collections.Concurrent;
using System.Diagnostics;

namespace Serverless.Local.Tests;

/// <summary>What the functions of a test were called with, and what they are to do.</summary>
public sealed class Probe
{
    private readonly ConcurrentQueue<string> _calls = new();

    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>Runs inside each call, after it was noted.</summary>
    public Func<string, CancellationToken, Task> OnCall { get; set; } = (_, _) => Task.CompletedTask;

    public Task CallAsync(string call, CancellationToken cancellationToken)
    {
        _calls.Enqueue(call);
        return OnCall(call, cancellationToken);
    }

    public Task UntilAsync(int calls) =>
        Until.TrueAsync(() => _calls.Count >= calls, () => $"{calls} calls; so far: {string.Join(" | ", _calls)}");
}

public static class Until
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(5);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(condition, () => what);

    public static async Task TrueAsync(Func<bool> condition, Func<string> what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < AtMost, $"Waited in vain for {what()}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
