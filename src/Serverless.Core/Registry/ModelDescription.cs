using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Registry;

/// <summary>A version's inputs, outputs and reference profile: its model file without the scorer.</summary>
public sealed record ModelDescription(
    string Name, int Version, Signature Signature, ReferenceProfile Profile);
