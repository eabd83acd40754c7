using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(StalenessReport))]
[JsonSerializable(typeof(ScheduleReport))]
internal sealed partial class MonitoringJson : JsonSerializerContext
{
    public static MonitoringJson Readable => field ??= new MonitoringJson(ReadableJson.Of(Default));
}
