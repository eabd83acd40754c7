using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>A request body in columns, in which no row is contiguous.</summary>
public abstract class ColumnarBody
{
    /// <summary>Reassembles a row.</summary>
    /// <returns>A JSON object, in UTF-8.</returns>
    public abstract byte[] Row(int row, ReadOnlySpan<byte> body);
}

/// <summary>Positions of names and values in a columnar JSON body.</summary>
internal sealed class JsonColumns : ColumnarBody
{
    private readonly List<(int Name, List<int> Values)> _columns = [];

    /// <param name="name">Position of the column's name in the body.</param>
    /// <returns>A list to add the position of each value to.</returns>
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
