using System.Text.Json;

namespace Serverless.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(TrafficSketch))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(StalenessReport))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(IReadOnlyList<Alert>))]
[JsonSerializable(typeof(RetrainRequest))]
internal sealed partial class MonitoringJson : JsonSerializerContext;
