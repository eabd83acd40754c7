using System.Text.Json;

namespace Serverless.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(StalenessReport))]
internal sealed partial class MonitoringJson : JsonSerializerContext
{
    public static MonitoringJson Readable => field ??= new MonitoringJson(ReadableJson.Of(Default));
}
