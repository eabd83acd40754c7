using System.Text.Json;

namespace Serverless.Learning.Definition;

/// <summary>JSON of this folder's records: camelCase names, enums as camelCase texts, an unknown property is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelDefinition))]
[JsonSerializable(typeof(DatasetSchema))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
