using Serverless.Core.Registry;

namespace Serverless.Core.Serving;

/// <summary>A version whose files cannot be loaded.</summary>
/// <param name="ETags">Of the files that were tried.</param>
/// <param name="Why">What was expected and found, for people.</param>
public sealed record UnreadableVersion(int Version, VersionETags ETags, string Why);
