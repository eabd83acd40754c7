using System.Buffers;
using System.Text;
using System.Text.Json;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// JSON lines (jsonlines.org), objects one after the other, or an array of objects, as CSV. The columns are those of
/// the first thousand objects.
/// </summary>
internal sealed class JsonText : ConvertedText
{
    /// <summary>Max bytes of one object.</summary>
    private const int MaxObjectBytes = 4 << 20;

    /// <summary>Objects, and bytes of them, from which the columns are taken.</summary>
    private const int FirstObjects = 1000;
    private const int FirstBytes = 8 << 20;

    private readonly Stream _json;
    private readonly bool _isLines;
    private readonly NoteLog _notes;
    private readonly JsonObjects _objects;
    private readonly JsonColumns _columns = new();
    private readonly HashSet<string> _unknown = [];
    private bool _started;

    public JsonText(Stream json, bool isLines, NoteLog notes)
    {
        (_json, _isLines, _notes) = (json, isLines, notes);
        _objects = new JsonObjects(json, isLines, MaxObjectBytes);
    }

    /// <summary>
    /// Whether a text begins as JSON objects do: a brace and then a name or the end of the object, perhaps in an array.
    /// </summary>
    /// <param name="isLines">Whether each line is an object of its own.</param>
    public static bool IsJson(ReadOnlySpan<byte> start, out bool isLines)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) start = start[3..];
        var text = start.TrimStart(JsonObjects.WhiteSpace);
        var isArray = text.StartsWith("["u8);
        if (isArray) text = text[1..].TrimStart(JsonObjects.WhiteSpace);
        isLines = false;
        if (!text.StartsWith("{"u8)) return false;
        var inside = text[1..].TrimStart(JsonObjects.WhiteSpace);
        if (!inside.StartsWith("\""u8) && !inside.StartsWith("}"u8)) return false;
        if (isArray) return true;
        var lineEnd = text.IndexOf((byte)'\n');
        isLines = lineEnd < 0 || IsWhole(text[..lineEnd]);
        return true;
    }

    protected override async ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        if (!_started)
        {
            _started = true;
            await FindColumnsAsync(cancellationToken);
            CsvRow.WriteNames(to, _columns.Names);
        }

        const int pieceBytes = 256 * 1024;
        while (to.WrittenCount < pieceBytes)
        {
            if (!await _objects.ReadAsync(cancellationToken)) return false;
            Convert(to);
        }

        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _json.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task FindColumnsAsync(CancellationToken cancellationToken)
    {
        _objects.Holds = true;
        while (_objects.Count < FirstObjects && _objects.HeldBytes < FirstBytes
            && await _objects.ReadAsync(cancellationToken))
        {
            try
            {
                if (!_objects.Current.IsEmpty) _columns.Read(_objects.Current.Span);
            }
            catch (JsonException)
            {
                // Told when the object is converted.
            }
        }

        _objects.ReadAgain();
        _columns.Grows = false;
        if (_columns.Count == 0)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedJson, "JSON objects with names", "none among the first"));
        }
    }

    private void Convert(ArrayBufferWriter<byte> to)
    {
        var current = _objects.Current.Span;
        if (current.IsEmpty)
        {
            to.Write("\n"u8); // keeps the number of the next line
            return;
        }

        try
        {
            _columns.Read(current);
        }
        catch (JsonException e)
        {
            if (!_isLines)
            {
                throw new UnreadableTextException(new CsvDamage(
                    CsvDamage.DamagedJson, "JSON objects", $"damaged text in number {_objects.Count:N0}: {e.Message}"));
            }

            // A bad row: one field more or less than the others have.
            _notes.Add(new CsvNote(
                CsvNote.NoJson, _objects.Count, "a JSON object", FieldText.Show(current)));
            CsvRow.WriteField(to, current);
            to.Write(_columns.Count == 1 ? ",\n"u8 : "\n"u8);
            return;
        }

        if (_columns.Unknown is { } unknown && _unknown.Count < _columns.Count + FirstObjects && _unknown.Add(unknown))
        {
            _notes.Add(new CsvNote(
                CsvNote.LateColumn, _objects.Count,
                $"the {_columns.Count:N0} names of the first {FirstObjects:N0} objects",
                $"the name {FieldText.Show(unknown)} besides, which is not used"));
        }

        _columns.Write(to);
    }
}
