using System.Text.Json;

namespace Serverless.Learning.Models;

/// <summary>
/// Reads a JSON object field by field. Serving reads this way before its first answer because System.Text.Json's
/// metadata of our enums and nullable numbers is generic code over value types, which is compiled anew at every start.
/// A null field counts as absent, and unknown fields are skipped, as in generated code.
/// </summary>
public readonly struct JsonFields
{
    private readonly JsonElement _object;

    private JsonFields(JsonElement json) =>
        _object = json.ValueKind == JsonValueKind.Object
            ? json
            : throw new JsonException($"Expected an object, found {json.ValueKind}.");

    /// <exception cref="JsonException">The text is not JSON or not as expected.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonFields, T> read)
        where T : class
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            return read(new JsonFields(document.RootElement));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            // Thrown for an element of another kind or a number out of range.
            throw new JsonException(e.Message, e);
        }
    }

    public bool TryFind(string name, out JsonElement value) =>
        _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public JsonElement this[string name] =>
        TryFind(name, out var value) ? value : throw new JsonException($"Expected '{name}', found none.");

    public string Text(string name) => this[name].GetString()!;

    public string? FindText(string name) => TryFind(name, out var value) ? value.GetString() : null;

    public int? FindInt(string name) => TryFind(name, out var value) ? value.GetInt32() : null;

    public double? FindDouble(string name) => TryFind(name, out var value) ? value.GetDouble() : null;

    /// <summary>Null if absent.</summary>
    public T? Find<T>(string name, Func<JsonFields, T> read)
        where T : class => TryFind(name, out var value) ? read(new JsonFields(value)) : null;

    /// <summary>Null if absent.</summary>
    public T[]? FindAll<T>(string name, Func<JsonFields, T> read)
        where T : class
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new T[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = read(new JsonFields(value));
        return values;
    }

    /// <summary>Null if absent.</summary>
    public string[]? FindTexts(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new string[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray())
        {
            values[i++] = value.GetString() ?? throw new JsonException($"Expected texts in '{name}', found null.");
        }

        return values;
    }

    /// <summary>Null if absent.</summary>
    public long[]? FindLongs(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new long[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = value.GetInt64();
        return values;
    }

    /// <summary>Null if absent.</summary>
    public double[]? FindDoubles(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new double[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = value.GetDouble();
        return values;
    }
}
