using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Serverless.Core.Telemetry;

/// <summary>
/// Traces work on a dropped file: a span within the sender's trace, its duration by outcome, and a failure if it
/// throws.
/// </summary>
/// <param name="duration">In seconds.</param>
/// <param name="operation">Name of a counted failure.</param>
internal sealed class FileWork(ActivitySource source, string span, Histogram<double> duration, string operation)
{
    /// <summary>Histogram buckets in seconds, from moments to an hour.</summary>
    public static InstrumentAdvice<double> Seconds => new()
    {
        HistogramBucketBoundaries = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000],
    };

    /// <param name="sender">The sender's traceparent; null without one.</param>
    /// <param name="describe">Tags the span with a result, given the start time, and describes its outcome.</param>
    public async Task<T> TraceAsync<T>(
        string model,
        string? file,
        string? sender,
        TimeProvider clock,
        Func<Task<T>> work,
        Func<T, DateTimeOffset, Activity?, Described> describe)
    {
        var (began, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        try
        {
            return await source.TraceAsync(span, async activity =>
            {
                activity?.SetTag(AttributeNames.Model, model).SetTag(AttributeNames.File, file);
                var result = await work();
                var (outcome, isOfModel) = describe(result, began, activity);
                activity?.SetTag(AttributeNames.Outcome, outcome);
                Record(outcome, isOfModel);
                return result;
            }, sender);
        }
        catch (Exception e)
        {
            Record(e is OperationCanceledException ? "stopped" : "failed", isOfModel: true);
            Failures.Count(operation, model, e);
            throw;
        }

        void Record(string outcome, bool isOfModel)
        {
            var tags = new TagList { { AttributeNames.Outcome, outcome } };
            if (isOfModel) tags.Add(AttributeNames.Model, model);
            duration.Record(clock.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    /// <summary>The outcome of work on a file.</summary>
    /// <param name="IsOfModel">
    /// False if the model does not exist: made-up folder names must not become metric attributes.
    /// </param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Described(string Outcome, bool IsOfModel = true);
}
