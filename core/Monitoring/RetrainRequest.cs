namespace Serverless.Monitoring;

/// <summary>A message on the <see cref="QueueName"/> queue: train on a data file, as if it had just been dropped.</summary>
/// <param name="Reason">Who asks and why, for people.</param>
/// <param name="File">Below <c>datasets/{model}/</c>; null means the file that was changed last.</param>
public sealed record RetrainRequest(string Model, string Reason, string? File = null)
{
    public const string QueueName = QueueNames.Retrain;
}
