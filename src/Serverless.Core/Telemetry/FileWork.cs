using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Serverless.Core.Telemetry;

/// <summary>
/// Work on a dropped file: a span in the trace of who asked for it, how long it took by what came of it, and a failure
/// where an exception ended it.
/// </summary>
/// <param name="span">The span's name.</param>
/// <param name="duration">In seconds.</param>
/// <param name="operation">The name under which a failure is counted.</param>
internal sealed class FileWork(ActivitySource source, string span, Histogram<double> duration, string operation)
{
    /// <summary>Buckets for what takes from moments to an hour, in seconds.</summary>
    public static InstrumentAdvice<double> Seconds => new()
    {
        HistogramBucketBoundaries = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000],
    };

    /// <param name="sender">The traceparent of who asked for the work; null where nobody was listened to.</param>
    /// <param name="describe">
    /// Tags the span with a result that came of work begun at this time, and says what it is.
    /// </param>
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

    /// <summary>What came of work on a file.</summary>
    /// <param name="IsOfModel">
    /// False where there is no such model: a folder's name that anybody made up is no attribute of a metric.
    /// </param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Described(string Outcome, bool IsOfModel = true);
}
