namespace Serverless.Core.Training;

/// <summary>The result of rebuilding a version.</summary>
/// <param name="Hash">SHA-256 of the model file, lower-case hex; null if it could not be built.</param>
/// <param name="Obstacle">What is missing or has changed, in one sentence; null if there is a hash.</param>
public sealed record Rebuild(string? Hash, string? Obstacle)
{
    internal static Rebuild Fail(string obstacle) => new(null, obstacle);
}
