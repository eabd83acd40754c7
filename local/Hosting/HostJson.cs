using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Local.Hosting;

/// <summary>JSON of what the host keeps in the store and says on its admin routes.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnum<ReceiptOutcome>), typeof(CamelCaseEnum<HostState>)])]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(PoisonRecord))]
[JsonSerializable(typeof(QueueMessage))]
[JsonSerializable(typeof(TimerState))]
[JsonSerializable(typeof(RunNowRequest))]
[JsonSerializable(typeof(RunNowAnswer))]
[JsonSerializable(typeof(HostStatus))]
internal sealed partial class HostJson : JsonSerializerContext;

/// <summary>An enum as its name, in the case of all our JSON.</summary>
internal sealed class CamelCaseEnum<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
