using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Tests.Definition;

/// <summary>The published JSON Schema agrees with the records.</summary>
public class ModelSchemaTests
{
    private static JsonElement Schema => ModelDefinitionReader.JsonSchema;

    [Fact]
    public void Every_property_is_in_both_with_the_same_type_and_default()
    {
        var compared = new List<string>();
        Compare(Schema, DefinitionJson.Default.ModelDefinition, "", new ModelDefinition(), compared);

        Assert.Contains("features[].range.min", compared);
        Assert.Contains("validation.thresholds[].greaterIsBetter", compared);
        Assert.Contains("training.window.files", compared);
        Assert.Contains("data.window.since", compared);
    }

    [Fact]
    public void The_metrics_are_those_that_are_known()
    {
        Assert.Equal(MetricNames.All, Texts(Schema.GetProperty("properties").GetProperty("metric")));
        var thresholds = Schema.GetProperty("properties").GetProperty("validation").GetProperty("properties")
            .GetProperty("thresholds");
        Assert.Equal(MetricNames.All, Texts(thresholds.GetProperty("propertyNames")));
    }

    [Fact]
    public void Every_definition_of_the_schema_is_used()
    {
        var text = Schema.GetRawText();
        foreach (var definition in Schema.GetProperty("$defs").EnumerateObject())
        {
            Assert.Contains($"\"#/$defs/{definition.Name}\"", text);
        }
    }

    private static void Compare(
        JsonElement schema, JsonTypeInfo type, string path, object? defaults, List<string> compared)
    {
        schema = Resolve(schema);
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean(), path);
        var described = schema.GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        Assert.Equal(type.Properties.Select(p => p.Name).Order(), described.Keys.Order());
        foreach (var property in type.Properties)
        {
            var place = path + property.Name;
            compared.Add(place);
            var rule = described[property.Name];
            Assert.True(
                rule.TryGetProperty("$ref", out _) || rule.GetProperty("description").GetString()!.Length > 5, place);
            CompareType(
                rule, property.PropertyType, place, defaults is null ? null : property.Get!(defaults), compared);
            if (rule.TryGetProperty("default", out var usual) && defaults is not null)
            {
                var ours = JsonSerializer.SerializeToElement(
                    property.Get!(defaults), DefinitionJson.Default.GetTypeInfo(property.PropertyType)!);
                Assert.True(JsonElement.DeepEquals(usual, ours),
                    $"{place}: default {usual} in the schema, {ours} in the record");
            }
        }
    }

    private static void CompareType(JsonElement rule, Type type, string place, object? defaults, List<string> compared)
    {
        rule = Resolve(rule);
        var nullable = Nullable.GetUnderlyingType(type);
        var kind = nullable ?? type;
        if (kind.IsEnum)
        {
            var names = Enum.GetNames(kind).Select(JsonNamingPolicy.CamelCase.ConvertName);
            Assert.Equal(names, Texts(rule));
            Assert.Equal(nullable is not null, rule.GetProperty("enum").EnumerateArray()
                .Any(v => v.ValueKind == JsonValueKind.Null));
            return;
        }

        // The metric is a string restricted to a list.
        if (rule.TryGetProperty("enum", out _))
        {
            Assert.Equal(typeof(string), kind);
            return;
        }

        var types = rule.GetProperty("type");
        string[] all = types.ValueKind == JsonValueKind.Array
            ? [.. types.EnumerateArray().Select(t => t.GetString()!)]
            : [types.GetString()!];
        var expected = kind == typeof(bool) ? "boolean"
            : kind == typeof(string) ? "string"
            : kind == typeof(double) ? "number"
            : kind == typeof(int) || kind == typeof(long) ? "integer"
            : kind.Name.StartsWith("IReadOnlyList", StringComparison.Ordinal) ? "array"
            : "object";
        Assert.True(expected == all[0], $"{place}: {all[0]} in the schema, {expected} in the record");
        if (nullable is not null) Assert.Contains("null", all);
        if (kind == typeof(int))
        {
            Assert.True(rule.GetProperty("maximum").GetDouble() <= int.MaxValue, $"{place} may be larger than an int");
        }

        if (expected == "array"
            && kind.GetGenericArguments()[0] is { IsPrimitive: false } item
            && item != typeof(string))
        {
            Compare(
                rule.GetProperty("items"), DefinitionJson.Default.GetTypeInfo(item)!, $"{place}[].", null, compared);
        }
        else if (expected == "object"
            && kind.IsGenericType
            && kind.GetGenericArguments()[1] is { } value
            && (value.IsPrimitive || value.IsEnum || value.IsGenericType))
        {
            CompareType(rule.GetProperty("additionalProperties"), value, $"{place}[]", null, compared);
        }
        else if (expected == "object" && kind.IsGenericType)
        {
            Compare(rule.GetProperty("additionalProperties"),
                DefinitionJson.Default.GetTypeInfo(kind.GetGenericArguments()[1])!, $"{place}[].", null, compared);
        }
        else if (expected == "object")
        {
            Compare(rule, DefinitionJson.Default.GetTypeInfo(kind)!, $"{place}.", defaults, compared);
        }
    }

    private static JsonElement Resolve(JsonElement rule) => rule.TryGetProperty("$ref", out var reference)
        ? Schema.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..])
        : rule;

    private static IEnumerable<string> Texts(JsonElement rule) => rule.GetProperty("enum").EnumerateArray()
        .Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!);
}
