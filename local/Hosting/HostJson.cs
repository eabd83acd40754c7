using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Local.Hosting.Admin;
using Serverless.Local.Hosting.Blobs;
using Serverless.Local.Hosting.Queues;
using Serverless.Local.Hosting.Timers;

namespace Serverless.Local.Hosting;

/// <summary>JSON of the host's own blobs and of its admin routes.</summary>
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

/// <summary>Writes an enum as its name in camel case.</summary>
internal sealed class CamelCaseEnum<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
