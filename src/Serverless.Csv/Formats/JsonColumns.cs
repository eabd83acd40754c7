using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Serverless.Csv.Formats;

/// <summary>
/// The columns of JSON objects and the values of one of them. Nested objects are columns with a dot between the names,
/// arrays are columns of JSON text.
/// </summary>
internal sealed class JsonColumns
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<(int Start, int Length)> _values = [];
    private readonly List<byte[]> _names = [];
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly byte[] _path = new byte[64 * 1024];
    private int _next;

    public int Count => _names.Count;

    public IEnumerable<string> Names => _names.Select(Encoding.UTF8.GetString);

    /// <summary>Whether a column that is not known yet becomes one.</summary>
    public bool Grows { get; set; } = true;

    /// <summary>A column of the last object that is not among those known.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Reads an object's values, which stay until the next one is read.</summary>
    /// <exception cref="JsonException">The text is not one JSON object.</exception>
    public void Read(ReadOnlySpan<byte> json)
    {
        _text.ResetWrittenCount();
        for (var i = 0; i < _values.Count; i++) _values[i] = default;
        Unknown = null;
        _next = 0;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The value is no object.");
        }

        try
        {
            ReadObject(ref reader, json, 0);
            reader.Read(); // finds text after the object
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text has half a character.", e);
        }
    }

    /// <summary>Writes the values as a record.</summary>
    public void Write(ArrayBufferWriter<byte> to)
    {
        for (var i = 0; i < Count; i++)
        {
            if (i > 0) to.Write(","u8);
            var (start, length) = _values[i];
            CsvRow.WriteField(to, _text.WrittenSpan.Slice(start, length));
        }

        // A blank line is no record.
        if (Count == 1 && _values[0].Length == 0) to.Write("\"\""u8);
        to.Write("\n"u8);
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int prefix)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameLength = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
            if (prefix + nameLength + 1 > _path.Length)
            {
                throw new JsonException($"The name of a column is longer than {_path.Length:N0} bytes.");
            }

            var end = prefix + reader.CopyString(_path.AsSpan(prefix));
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    _path[end] = (byte)'.';
                    ReadObject(ref reader, json, end + 1);
                    break;
                case JsonTokenType.StartArray:
                    var from = (int)reader.TokenStartIndex;
                    reader.Skip();
                    Set(_path.AsSpan(0, end), Add(json[from..(int)reader.BytesConsumed]));
                    break;
                case JsonTokenType.String:
                    var room = _text.GetSpan(Math.Max(1, reader.ValueSpan.Length));
                    var length = reader.CopyString(room);
                    _text.Advance(length);
                    Set(_path.AsSpan(0, end), (_text.WrittenCount - length, length));
                    break;
                case JsonTokenType.Null:
                    Set(_path.AsSpan(0, end), default);
                    break;
                default:
                    Set(_path.AsSpan(0, end), Add(reader.ValueSpan));
                    break;
            }
        }
    }

    private (int Start, int Length) Add(ReadOnlySpan<byte> value)
    {
        _text.Write(value);
        return (_text.WrittenCount - value.Length, value.Length);
    }

    private void Set(ReadOnlySpan<byte> name, (int Start, int Length) value)
    {
        // Most objects have the same names in the same order.
        if (_next < _names.Count && name.SequenceEqual(_names[_next]))
        {
            _values[_next++] = value;
            return;
        }

        var text = Encoding.UTF8.GetString(name);
        if (!_places.TryGetValue(text, out var place))
        {
            if (!Grows)
            {
                Unknown ??= text;
                return;
            }

            place = _places[text] = _names.Count;
            _names.Add(name.ToArray());
            _values.Add(default);
        }

        _values[place] = value;
        _next = place + 1;
    }
}
