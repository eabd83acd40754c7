namespace Serverless.Learning.Models;

/// <summary>The bytes are not a model file that this build can read. The message names expected and found.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner);
