using System.Diagnostics;

namespace Serverless.Core.Telemetry;

/// <summary>How every span begins and ends.</summary>
internal static class Spans
{
    /// <summary>Does the work inside a span, which is marked where an exception ends it.</summary>
    /// <param name="work">Gets the span; null where nobody listens.</param>
    /// <param name="sender">
    /// Who asked for the work by a message: the span goes on with that trace, and links to the one here.
    /// </param>
    public static async Task<T> TraceAsync<T>(
        this ActivitySource source, string name, Func<Activity?, Task<T>> work, string? sender = null)
    {
        var here = Activity.Current;
        // A host may have gone on with the sender's trace itself. Then the span here is the nearer parent.
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

    // Never the message: it may quote what stands in somebody's data.
    public static void Fail(this Activity span, string errorType) =>
        span.SetTag(AttributeNames.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    public static string ErrorType(Exception e) => e.GetType().FullName ?? e.GetType().Name;

    /// <summary>As the product's JSON writes enums: <c>notBetter</c>.</summary>
    public static string Word<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
