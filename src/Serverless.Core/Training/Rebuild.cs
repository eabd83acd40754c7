namespace Serverless.Core.Training;

/// <summary>What came of making a version again.</summary>
/// <param name="Hash">SHA-256 of the model file, lower-case hex; null where it could not be made.</param>
/// <param name="Obstacle">What is missing, or has changed since, in one sentence; null where there is a hash.</param>
public sealed record Rebuild(string? Hash, string? Obstacle)
{
    internal static Rebuild Fail(string obstacle) => new(null, obstacle);
}
