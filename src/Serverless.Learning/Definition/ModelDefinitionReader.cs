using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <param name="Path">Place in the file, for instance <c>features[2].type</c>.</param>
public sealed record DefinitionError(string Path, string Expected, string Found)
{
    public override string ToString() => $"{Path}: expected {Expected}, found {Found}";
}

/// <param name="Definition">Null if there are errors.</param>
public sealed record ModelDefinitionResult(ModelDefinition? Definition, IReadOnlyList<DefinitionError> Errors);

/// <summary>Reads, writes and identifies <c>model.json</c>.</summary>
public static class ModelDefinitionReader
{
    private static readonly JsonDocumentOptions DocumentOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    // People read the file: escape only what JSON requires.
    private static readonly JsonSerializerOptions WriteOptions = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Lazy<JsonElement> Schema = new(LoadSchema);

    /// <summary>The published JSON Schema.</summary>
    internal static JsonElement JsonSchema => Schema.Value;

    /// <param name="utf8">The file's bytes; comments and trailing commas are allowed.</param>
    public static ModelDefinitionResult Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8))
        {
            return Failed([new DefinitionError("model.json", "text in UTF-8", "invalid bytes")]);
        }

        JsonNode? json;
        try
        {
            if (FindBrokenText(utf8) is { } broken) return Failed([broken]);
            using var document = JsonDocument.Parse(utf8.ToArray(), DocumentOptions);
            var errors = JsonSchemaCheck.Run(JsonSchema, document.RootElement);
            if (errors.Count > 0) return Failed(errors);
            json = JsonObject.Create(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            return Failed([SyntaxError(e)]);
        }

        var definition = WithDefaults(json!.AsObject());
        var contradictions = ModelDefinitionRules.Check(definition);
        return contradictions.Count > 0
            ? Failed(contradictions)
            : new ModelDefinitionResult(WithWindowOfData(definition), []);
    }

    /// <summary>Deserialises a definition; settings left out get their defaults.</summary>
    /// <exception cref="JsonException">The JSON is not a definition.</exception>
    internal static ModelDefinition WithDefaults(JsonObject json)
    {
        // Source-generated code leaves an init property missing from the JSON at zero or null instead of its initial
        // value, so defaults are filled in beforehand.
        var full = FillIn(json, ToNode(new ModelDefinition()));
        return full.Deserialize(DefinitionJson.Default.ModelDefinition)!;
    }

    /// <summary>Moves what earlier releases called <c>training.window</c> to <c>data.window</c>.</summary>
    internal static ModelDefinition WithWindowOfData(ModelDefinition definition)
    {
        if (definition.Training.Window is not { } window) return definition;
        var data = definition.Data.Window with { Files = definition.Data.Window.Files ?? window.Files };
        return definition with
        {
            Data = definition.Data with { Window = data },
            Training = definition.Training with { Window = null },
        };
    }

    /// <summary>
    /// The file to write: indented, without settings that equal their defaults. Reading it gives the same definition.
    /// </summary>
    public static string ToJson(ModelDefinition definition)
    {
        var node = ToNode(definition);
        var plain = new FeatureDefinition { Name = "" };
        var usual = JsonSerializer.SerializeToNode(plain, DefinitionJson.Default.FeatureDefinition)!.AsObject();
        foreach (var feature in node["features"]!.AsArray()) Prune(feature!.AsObject(), usual);
        Prune(node, ToNode(new ModelDefinition()));
        return node.ToJsonString(WriteOptions) + "\n";
    }

    /// <summary>
    /// SHA-256 in lower-case hex of what the file says about learning: comments, formatting, the order of properties,
    /// spelt-out defaults, the source, and settings for running the model make no difference.
    /// </summary>
    public static string CanonicalHash(ModelDefinition definition)
    {
        var meant = definition with
        {
            Schema = null,
            Rollout = new RolloutSettings(),
            Freshness = new FreshnessSettings(),
            Drift = new DriftSettings(),
            // Where data comes from is no part of what is learned from it.
            Source = null,
            Data = definition.Data with
            {
                // A key alone asks for an upsert, and its columns have no order.
                Mode = definition.Data.Key is null ? definition.Data.Mode : DataMode.Upsert,
                Key = definition.Data.Key is { } key ? [.. key.Order(StringComparer.Ordinal)] : null,
            },
            // Nor is when it is learned.
            Training = definition.Training with { Schedule = null },
            Features = [.. definition.Features.Select(f => f with { Comment = null })],
            Aliases = definition.Aliases?.OrderBy(a => a.Key, StringComparer.Ordinal).ToDictionary(),
            Validation = definition.Validation with
            {
                // The default and nothing are one.
                Changes = definition.Validation.Changes is ChangeAction.Warn ? null : definition.Validation.Changes,
                ChangesByCode = definition.Validation.ChangesByCode?.OrderBy(c => c.Key, StringComparer.Ordinal)
                    .ToDictionary(),
                Thresholds = definition.Validation.Thresholds.OrderBy(t => t.Key, StringComparer.Ordinal)
                    .ToDictionary(),
            },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(meant, DefinitionJson.Default.ModelDefinition);
        return Convert.ToHexStringLower(SHA256.HashData(json));
    }

    private static ModelDefinitionResult Failed(IReadOnlyList<DefinitionError> errors) => new(null, errors);

    private static DefinitionError SyntaxError(JsonException e) => new(
        $"model.json, line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}",
        "JSON",
        FieldText.Show(Encoding.UTF8.GetBytes(e.Message)).Trim('\''));

    /// <summary>
    /// JSON allows escaping half of a surrogate pair, which is not text and cannot be compared with any.
    /// </summary>
    private static DefinitionError? FindBrokenText(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(
            utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped) reader.GetString();
            }

            return null;
        }
        catch (InvalidOperationException)
        {
            var before = utf8[..(int)reader.TokenStartIndex];
            var (line, at) = (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            var place = $"model.json, line {line}, byte {at}";
            return new DefinitionError(place, "text with whole surrogate pairs", FieldText.Show(reader.ValueSpan));
        }
    }

    private static JsonObject ToNode(ModelDefinition definition) =>
        JsonSerializer.SerializeToNode(definition, DefinitionJson.Default.ModelDefinition)!.AsObject();

    /// <summary>Adds missing properties, recursively.</summary>
    private static JsonObject FillIn(JsonObject given, JsonObject defaults)
    {
        foreach (var (name, value) in defaults)
        {
            if (!given.TryGetPropertyValue(name, out var own)) given[name] = value?.DeepClone();
            else if (own is JsonObject inner && value is JsonObject innerDefaults) FillIn(inner, innerDefaults);
        }

        return given;
    }

    /// <summary>Removes nulls and properties that equal the defaults.</summary>
    private static void Prune(JsonObject node, JsonObject defaults)
    {
        foreach (var (name, value) in node.ToList())
        {
            var usual = defaults[name];
            if (value is JsonObject inner) Prune(inner, usual as JsonObject ?? []);
            if (value is null || JsonNode.DeepEquals(value, usual) || value is JsonObject { Count: 0 })
            {
                node.Remove(name);
            }
        }
    }

    private static JsonElement LoadSchema()
    {
        using var stream = typeof(ModelDefinitionReader).Assembly.GetManifestResourceStream("model.schema.json")
            ?? throw new InvalidOperationException("The assembly lacks model.schema.json.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
