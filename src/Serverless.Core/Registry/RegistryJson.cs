using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Registry;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(Aliases))]
[JsonSerializable(typeof(HighestVersion))]
[JsonSerializable(typeof(GoodDefinition))]
internal sealed partial class RegistryJson : JsonSerializerContext
{
    public static RegistryJson Readable => field ??= new RegistryJson(ReadableJson.Of(Default));
}
