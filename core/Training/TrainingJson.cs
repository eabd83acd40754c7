using System.Text.Json;
using Serverless.Monitoring;
using Serverless.Registry;

namespace Serverless.Training;

/// <summary>The JSON inside model files, compact, since it is read at every cold start; and of a search's finished trials.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(ReferenceProfile))]
[JsonSerializable(typeof(TrialRecord))]
internal sealed partial class TrainingJson : JsonSerializerContext;
