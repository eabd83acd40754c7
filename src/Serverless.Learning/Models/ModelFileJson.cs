using System.Text.Json;
using Serverless.Monitoring;

namespace Serverless.Training;

/// <summary>The JSON inside model files, compact, since it is read at every cold start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(ReferenceProfile))]
internal sealed partial class ModelFileJson : JsonSerializerContext;
