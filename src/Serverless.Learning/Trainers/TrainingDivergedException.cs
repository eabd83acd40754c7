namespace Serverless.Learning.Trainers;

/// <summary>A trial's numbers went out of range. Another trainer or other hyperparameters may still work.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
