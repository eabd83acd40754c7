using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Registry;

/// <summary>
/// What a version takes and gives, and what was usual in its training: its model file without the scorer.
/// </summary>
public sealed record ModelDescription(
    string Name, int Version, Signature Signature, ReferenceProfile Profile);
