using System.Text;
using System.Text.Json;
using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <summary>
/// Validates JSON against the part of JSON Schema 2020-12 that <c>model.schema.json</c> uses, and reports each
/// violation as place, expected and found. That schema alone defines the settings' types and ranges.
/// </summary>
internal sealed class JsonSchemaCheck(JsonElement schema)
{
    private readonly List<DefinitionError> _errors = [];

    public static List<DefinitionError> Run(JsonElement schema, JsonElement value)
    {
        var check = new JsonSchemaCheck(schema);
        check.Check(schema, value, "");
        return check._errors;
    }

    private void Check(JsonElement rule, JsonElement value, string path)
    {
        if (rule.TryGetProperty("$ref", out var reference))
        {
            rule = schema.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }

        if (rule.TryGetProperty("enum", out var allowed))
        {
            if (!allowed.EnumerateArray().Any(a => JsonElement.DeepEquals(a, value))) Add(path, OneOf(allowed), value);
            return;
        }

        if (rule.TryGetProperty("type", out var types) && !HasType(types, value))
        {
            Add(path, TypeNames(types), value);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number: CheckNumber(rule, value, path); break;
            case JsonValueKind.String: CheckText(rule, value, path); break;
            case JsonValueKind.Array: CheckArray(rule, value, path); break;
            case JsonValueKind.Object: CheckObject(rule, value, path); break;
            default: break;
        }
    }

    private void CheckNumber(JsonElement rule, JsonElement value, string path)
    {
        var number = value.GetDouble();
        var minimum = Bound(rule, "minimum");
        var above = Bound(rule, "exclusiveMinimum");
        var maximum = Bound(rule, "maximum");
        if (double.IsFinite(number) && !(number < minimum) && !(number <= above) && !(number > maximum)) return;
        var expected = (minimum, above, maximum) switch
        {
            (not null, _, not null) => $"{minimum} to {maximum}",
            (not null, _, null) => $"a number of at least {minimum}",
            (_, not null, not null) => $"a number above {above}, at most {maximum}",
            (_, not null, null) => $"a number above {above}",
            _ => "a finite number",
        };
        Add(path, expected, value);
    }

    private void CheckText(JsonElement rule, JsonElement value, string path)
    {
        var minimum = Bound(rule, "minLength") ?? 0;
        if (value.GetString()!.Length < minimum) Add(path, "a text that is not empty", value);
    }

    private void CheckArray(JsonElement rule, JsonElement value, string path)
    {
        var count = value.GetArrayLength();
        if (count < Bound(rule, "minItems")) Add(path, $"at least {Bound(rule, "minItems")} entries", $"{count}");
        if (count > Bound(rule, "maxItems")) Add(path, $"at most {Bound(rule, "maxItems")} entries", $"{count}");
        var unique = rule.TryGetProperty("uniqueItems", out var flag) && flag.GetBoolean();
        var seen = new HashSet<string>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var place = $"{path}[{index++}]";
            Check(rule.GetProperty("items"), item, place);
            if (unique && !seen.Add(item.GetRawText())) Add(place, "an entry that differs from those before", item);
        }
    }

    private void CheckObject(JsonElement rule, JsonElement value, string path)
    {
        var known = rule.TryGetProperty("properties", out var properties) ? properties : default;
        var names = rule.TryGetProperty("propertyNames", out var keys) ? keys.GetProperty("enum") : default;
        var others = rule.GetProperty("additionalProperties");
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            var place = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            // JSON readers differ in which duplicate they take.
            if (!seen.Add(member.Name))
            {
                _errors.Add(new DefinitionError(place, "each property once", "a second one"));
            }
            else if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(member.Name, out var property))
            {
                Check(property, member.Value, place);
            }
            else if (others.ValueKind == JsonValueKind.False)
            {
                var expected = string.Join(", ", known.EnumerateObject().Select(p => p.Name));
                _errors.Add(new DefinitionError(place, $"one of the properties {expected}", "an unknown property"));
            }
            else if (names.ValueKind == JsonValueKind.Array
                && !names.EnumerateArray().Any(n => n.ValueEquals(member.Name)))
            {
                _errors.Add(new DefinitionError(place, OneOf(names), FieldText.Show(member.Name)));
            }
            else
            {
                Check(others, member.Value, place);
            }
        }

        if (!rule.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray().Select(r => r.GetString()!))
        {
            if (!value.TryGetProperty(name, out _)) Add($"{path}.{name}", "a value", "none");
        }
    }

    private static double? Bound(JsonElement rule, string keyword) =>
        rule.TryGetProperty(keyword, out var bound) ? bound.GetDouble() : null;

    private static bool HasType(JsonElement types, JsonElement value) => Names(types).Any(type => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new InvalidOperationException($"model.schema.json uses an unknown type '{type}'."),
    });

    private static string TypeNames(JsonElement types) => string.Join(" or ", Names(types).Select(type => type switch
    {
        "boolean" => "true or false",
        "string" => "a text",
        "number" => "a number",
        "integer" => "a whole number",
        "array" => "a list",
        "object" => "an object",
        _ => type,
    }));

    private static IEnumerable<string> Names(JsonElement types) => types.ValueKind == JsonValueKind.String
        ? [types.GetString()!]
        : types.EnumerateArray().Select(t => t.GetString()!);

    private static string OneOf(JsonElement allowed)
    {
        var texts = allowed.EnumerateArray()
            .Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).ToList();
        return $"{string.Join(", ", texts[..^1])} or {texts[^1]}";
    }

    private void Add(string path, string expected, JsonElement found) => Add(path, expected, found.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{FieldText.Show(found.GetString()!).Trim('\'')}\"",
        _ => FieldText.Show(Encoding.UTF8.GetBytes(found.GetRawText())).Trim('\''),
    });

    private void Add(string path, string expected, string found) =>
        _errors.Add(new DefinitionError(path.Length == 0 ? "model.json" : path, expected, found));
}
