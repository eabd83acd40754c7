namespace Serverless.Learning.Trainers;

/// <summary>Numbers of one trial ran out of range. Another trainer or other hyperparameters may still do.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
