using System.Text.Json;

namespace Serverless.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrafficSketch))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(StalenessReport))]
[JsonSerializable(typeof(Alert))]
internal sealed partial class MonitoringJson : JsonSerializerContext
{
    public static MonitoringJson Readable => field ??= new MonitoringJson(ReadableJson.Of(Default));
}
