namespace Serverless.Learning.Models;

/// <summary>Bytes are not a model file that this build can read. The message says what was expected and what was found.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner);
