using System.Text.Json;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Learning.Models;

/// <summary>The JSON inside model files, compact, since it is read at every cold start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(ReferenceProfile))]
internal sealed partial class ModelFileJson : JsonSerializerContext;
