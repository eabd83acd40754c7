using Serverless.Core.Registry;

namespace Serverless.Core.Serving;

/// <summary>A version whose files cannot be loaded.</summary>
/// <param name="ETags">ETags of the files that failed.</param>
/// <param name="Why">What was expected and found.</param>
public sealed record UnreadableVersion(int Version, VersionETags ETags, string Why);
