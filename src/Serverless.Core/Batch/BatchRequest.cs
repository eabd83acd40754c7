using System.Diagnostics;

namespace Serverless.Core.Batch;

/// <summary>
/// A message on the <see cref="QueueName"/> queue: predict a file as if just dropped, or continue with it.
/// </summary>
/// <param name="Model">Required: a message without one ends on the poison queue.</param>
/// <param name="File">Path below <c>batch/in/{model}/</c>.</param>
public sealed record BatchRequest([property: JsonRequired] string Model, [property: JsonRequired] string File)
{
    public const string QueueName = QueueNames.Batch;

    /// <summary>The span that made the request, as a W3C traceparent; null without a listener.</summary>
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
