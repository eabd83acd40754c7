using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting;

/// <summary>JSON of what the host keeps in the store and says on its admin routes.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(PoisonRecord))]
[JsonSerializable(typeof(QueueMessage))]
[JsonSerializable(typeof(TimerState))]
[JsonSerializable(typeof(RunNowRequest))]
[JsonSerializable(typeof(RunNowAnswer))]
[JsonSerializable(typeof(HostStatus))]
internal sealed partial class HostJson : JsonSerializerContext;
