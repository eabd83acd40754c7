using System.Diagnostics;

namespace Serverless.Telemetry;

/// <summary>How every span begins and ends.</summary>
internal static class Spans
{
    /// <summary>Does the work inside a span, which is marked where an exception ends it.</summary>
    /// <param name="work">Gets the span; null where nobody listens.</param>
    public static async Task<T> TraceAsync<T>(this ActivitySource source, string name, Func<Activity?, Task<T>> work)
    {
        using var span = source.StartActivity(name);
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
