using System.Diagnostics;

namespace Serverless.Core.Telemetry;

/// <summary>Starts and ends spans.</summary>
internal static class Spans
{
    /// <summary>Runs work inside a span, and marks the span as failed if it throws.</summary>
    /// <param name="work">Receives the span; null without listeners.</param>
    /// <param name="sender">
    /// Traceparent of the message that requested the work: the span continues that trace and links to the current span.
    /// </param>
    public static async Task<T> TraceAsync<T>(
        this ActivitySource source, string name, Func<Activity?, Task<T>> work, string? sender = null)
    {
        var here = Activity.Current;
        // If the host already continued the sender's trace, the current span is the closer parent.
        var isElsewhere = ActivityContext.TryParse(sender, null, isRemote: true, out var parent)
            && parent.TraceId != here?.TraceId;
        using var span = isElsewhere
            ? source.StartActivity(
                name, ActivityKind.Internal, parent, links: here is null ? null : [new ActivityLink(here.Context)])
            : source.StartActivity(name);
        try
        {
            return await work(span);
        }
        catch (Exception e)
        {
            span?.Fail(ErrorType(e));
            throw;
        }
    }

    // Without the message, which may quote data.
    public static void Fail(this Activity span, string errorType) =>
        span.SetTag(AttributeNames.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    public static string ErrorType(Exception e) => e.GetType().FullName ?? e.GetType().Name;

    /// <summary>Formats enums as the product's JSON does: <c>notBetter</c>.</summary>
    public static string Word<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
