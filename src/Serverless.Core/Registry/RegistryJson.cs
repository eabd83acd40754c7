using System.Text.Json;

namespace Serverless.Registry;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(Aliases))]
[JsonSerializable(typeof(HighestVersion))]
internal sealed partial class RegistryJson : JsonSerializerContext
{
    public static RegistryJson Readable => field ??= new RegistryJson(ReadableJson.Of(Default));
}
