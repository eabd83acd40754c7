using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>A request's body that holds columns: a row does not stand anywhere in it as a whole.</summary>
public abstract class ColumnarBody
{
    /// <summary>Puts a row together again.</summary>
    /// <returns>A JSON object, in UTF-8.</returns>
    public abstract byte[] Row(int row, ReadOnlySpan<byte> body);
}

/// <summary>Where the names and the values of JSON in columns stand.</summary>
internal sealed class JsonColumns : ColumnarBody
{
    private readonly List<(int Name, List<int> Values)> _columns = [];

    /// <param name="name">Where the column's name begins in the body.</param>
    /// <returns>Takes where each of its values begins.</returns>
    public List<int> Add(int name)
    {
        _columns.Add((name, []));
        return _columns[^1].Values;
    }

    public override byte[] Row(int row, ReadOnlySpan<byte> body)
    {
        using var json = new MemoryStream();
        foreach (var (name, values) in _columns)
        {
            json.WriteByte(json.Length == 0 ? (byte)'{' : (byte)',');
            json.Write(Token(body[name..]));
            json.WriteByte((byte)':');
            json.Write(Token(body[values[row]..]));
        }

        json.WriteByte((byte)'}');
        return json.ToArray();
    }

    private static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        reader.Read();
        return text[..(int)reader.BytesConsumed];
    }
}
