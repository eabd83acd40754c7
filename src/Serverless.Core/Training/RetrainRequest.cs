using System.Diagnostics;

namespace Serverless.Core.Training;

/// <summary>
/// A message on the <see cref="QueueName"/> queue: train on the newest data version, or continue a run cut off by its
/// function's time limit.
/// </summary>
/// <param name="Model">Required: a message without one ends on the poison queue.</param>
/// <param name="Reason">Origin and reason of the request.</param>
/// <param name="File">The dropped file that gave rise to it, below <c>datasets/{model}/</c>; null without one.</param>
/// <param name="Fruitless">How many times in a row the run was cut off without finishing a trial.</param>
public sealed record RetrainRequest(
    [property: JsonRequired] string Model,
    string Reason = "a message on the queue",
    string? File = null,
    int Fruitless = 0)
{
    public const string QueueName = QueueNames.Retrain;

    /// <summary>
    /// The span that made the request, as a W3C traceparent; null without a listener. In the message, since Azure's
    /// queues have no headers.
    /// </summary>
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
