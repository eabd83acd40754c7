using System.Diagnostics;

namespace Serverless.Core.Training;

/// <summary>
/// A message on the <see cref="QueueName"/> queue: read a dropped file whose event was lost, or that was not read
/// within its function's time limit.
/// </summary>
/// <param name="Model">Required: a message without one ends on the poison queue.</param>
/// <param name="File">Path below <c>datasets/{model}/</c>.</param>
/// <param name="Reason">Origin and reason of the request.</param>
/// <param name="Fruitless">How many times in a row the time limit was reached.</param>
public sealed record IngestRequest(
    [property: JsonRequired] string Model,
    [property: JsonRequired] string File,
    string Reason = "a message on the queue",
    int Fruitless = 0)
{
    public const string QueueName = QueueNames.Ingest;

    /// <inheritdoc cref="RetrainRequest.TraceParent"/>
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
