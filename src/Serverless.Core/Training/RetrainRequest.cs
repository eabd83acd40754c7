using System.Diagnostics;

namespace Serverless.Core.Training;

/// <summary>
/// A message on the <see cref="QueueName"/> queue: train on a data file as if it had just been dropped, or go on with a
/// run that its function's time limit cut off.
/// </summary>
/// <param name="Model">A message without one is no request, and ends on the poison queue.</param>
/// <param name="Reason">Who asks and why, for people.</param>
/// <param name="File">Below <c>datasets/{model}/</c>; null means the file that was changed last.</param>
/// <param name="Fruitless">How many times in a row the run was cut off before it had finished a single trial.</param>
public sealed record RetrainRequest(
    [property: JsonRequired] string Model,
    string Reason = "a message on the queue",
    string? File = null,
    int Fruitless = 0)
{
    public const string QueueName = QueueNames.Retrain;

    /// <summary>
    /// The span in which the request was made, as a W3C traceparent; null where nobody listened. A message in Azure's
    /// queues has no place of its own for it.
    /// </summary>
    public string? TraceParent { get; init; } = Activity.Current?.Id;
}
