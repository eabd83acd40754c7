using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Web.OpenInference;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ModelReadiness))]
[JsonSerializable(typeof(ServerReadiness))]
[JsonSerializable(typeof(InferenceError))]
public sealed partial class OpenInferenceJson : JsonSerializerContext
{
    /// <summary>Writes names without HTML escapes: “>50K”, not “\u003E50K”.</summary>
    public static OpenInferenceJson Readable => field ??= new OpenInferenceJson(ReadableJson.Of(Default));
}
