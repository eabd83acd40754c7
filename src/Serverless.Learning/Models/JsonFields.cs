using System.Text.Json;

namespace Serverless.Learning.Models;

/// <summary>
/// A JSON object, read field by field. What serving reads before its first answer is read this way: System.Text.Json's
/// metadata of our enums and nullable numbers is generic code over value types, which is compiled anew at every start.
/// A field that holds null counts as absent, and one that nobody asks for is passed over, as generated code does it.
/// </summary>
public readonly struct JsonFields
{
    private readonly JsonElement _object;

    private JsonFields(JsonElement json) =>
        _object = json.ValueKind == JsonValueKind.Object ? json : throw new JsonException($"Expected an object, found {json.ValueKind}.");

    /// <exception cref="JsonException">It is no JSON, or not what is expected.</exception>
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
            // What an element throws that is of another kind, or a number that does not fit.
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

    /// <summary>Null where it is absent.</summary>
    public T? Find<T>(string name, Func<JsonFields, T> read)
        where T : class => TryFind(name, out var value) ? read(new JsonFields(value)) : null;

    /// <summary>Null where it is absent.</summary>
    public T[]? FindAll<T>(string name, Func<JsonFields, T> read)
        where T : class
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new T[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = read(new JsonFields(value));
        return values;
    }

    /// <summary>Null where it is absent.</summary>
    public string[]? FindTexts(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new string[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = value.GetString() ?? throw new JsonException($"Expected texts in '{name}', found null.");
        return values;
    }

    /// <summary>Null where it is absent.</summary>
    public long[]? FindLongs(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new long[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = value.GetInt64();
        return values;
    }

    /// <summary>Null where it is absent.</summary>
    public double[]? FindDoubles(string name)
    {
        if (!TryFind(name, out var array)) return null;
        var (values, i) = (new double[array.GetArrayLength()], 0);
        foreach (var value in array.EnumerateArray()) values[i++] = value.GetDouble();
        return values;
    }
}
