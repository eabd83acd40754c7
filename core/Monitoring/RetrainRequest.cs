namespace Serverless.Monitoring;

/// <summary>A message on the <see cref="QueueName"/> queue: train on the newest data, as if it had just been dropped.</summary>
/// <param name="Reason">Who asks and why, for people.</param>
public sealed record RetrainRequest(string Model, string Reason)
{
    public const string QueueName = QueueNames.Retrain;
}
