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
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var definition = ModelDefinitionReader.WithDefaults(
            JsonNode.Parse(ref reader) as JsonObject
                ?? throw new JsonException("Expected a definition, found something else."));
        // Documents of earlier releases spell out their default, 1, which is no choice of the owner.
        if (definition.Training.Window is { Files: 1 })
        {
            definition = definition with { Training = definition.Training with { Window = null } };
        }

        return ModelDefinitionReader.WithWindowOfData(definition);
    }

    public override void Write(Utf8JsonWriter writer, ModelDefinition value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, DefinitionJson.Default.ModelDefinition);
}
