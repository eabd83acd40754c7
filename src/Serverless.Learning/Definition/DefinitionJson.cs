using System.Text.Json;

namespace Serverless.Learning.Definition;

/// <summary>
/// JSON of this folder's records: camelCase names, enums as camelCase strings, unknown properties rejected.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelDefinition))]
[JsonSerializable(typeof(DatasetSchema))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
