using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Learning.Definition;

/// <summary>
/// Reads and writes a definition inside another document, such as a manifest. Settings added after the document was
/// written get their defaults, as in model.json itself.
/// </summary>
public sealed class ModelDefinitionConverter : JsonConverter<ModelDefinition>
{
    public override ModelDefinition Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ModelDefinitionReader.WithDefaults(
            JsonNode.Parse(ref reader) as JsonObject
                ?? throw new JsonException("Expected a definition, found something else."));

    public override void Write(Utf8JsonWriter writer, ModelDefinition value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, DefinitionJson.Default.ModelDefinition);
}
