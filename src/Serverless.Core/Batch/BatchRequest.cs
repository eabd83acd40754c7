using System.Diagnostics;

namespace Serverless.Core.Batch;

/// <summary>
/// A message on the <see cref="QueueName"/> queue: predict a file as if it had just been dropped, or go on with one.
/// </summary>
/// <param name="Model">A message without one is no request, and ends on the poison queue.</param>
/// <param name="File">Below <c>batch/in/{model}/</c>.</param>
public sealed record BatchRequest([property: JsonRequired] string Model, [property: JsonRequired] string File)
{
    public const string QueueName = QueueNames.Batch;

    /// <summary>The span in which the request was made, as a W3C traceparent; null where nobody listened.</summary>
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
