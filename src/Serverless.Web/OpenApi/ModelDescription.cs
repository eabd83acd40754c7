using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Web.OpenApi;

/// <summary>What a champion takes and gives, and what was usual in its training.</summary>
internal sealed record ModelDescription(string Name, int Version, Signature Signature, ReferenceProfile Profile);
