using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Core.Batch;
using Serverless.Core.Training;

namespace Serverless.Local;

/// <summary>JSON of the messages that the app's functions send each other.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(IngestRequest))]
[JsonSerializable(typeof(RetrainRequest))]
internal sealed partial class MessageJson : JsonSerializerContext;
