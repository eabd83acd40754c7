using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Formats;
using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>
/// Turns the lines of a table for people into those of a CSV file. A line that is no row becomes a blank one, so that
/// the others keep their numbers.
/// </summary>
internal sealed class LineFilter
{
    private string? _names;
    private bool _quoted;
    private long _line;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public required byte Delimiter { get; init; }

    /// <summary>Whether the rows begin and end with a bar.</summary>
    public bool HasEdges { get; init; }

    /// <summary>Whether lines that begin as comments do are none of the table.</summary>
    public bool HasComments { get; init; }

    /// <summary>The number of fields of a row, which no comment has; 0 where it is not known.</summary>
    public int Fields { get; init; }

    /// <summary>Columns that are set apart by blanks; null where they have a delimiter.</summary>
    public AlignedColumns? Aligned { get; init; }

    /// <summary>Receives the lines that are left out; null while only the start is looked at.</summary>
    public NoteLog? Notes { get; init; }

    /// <summary>Writes a line as one of CSV.</summary>
    public void Write(ReadOnlySpan<byte> line, ArrayBufferWriter<byte> to)
    {
        // The mark belongs to the file, not to its first line.
        if (_line++ == 0 && line.StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
        var wasQuoted = _quoted;
        if (Aligned is null && !HasEdges) _quoted ^= (line.Count((byte)'"') & 1) != 0;
        if (wasQuoted) to.Write(line);
        else if (LineKind.IsRule(line)) Skip(CsvNote.Rule, line);
        else if (HasComments && LineKind.IsComment(line) && !HasAllFields(line)) Skip(CsvNote.Comment, line);
        else if (Aligned is { } columns) WriteAligned(line, columns, to);
        else if (HasEdges) WriteWithoutEdges(line, to);
        else to.Write(line);
        to.Write("\n"u8);
    }

    /// <summary>Whether a line that begins as a comment does is a row nevertheless, such as one of colours.</summary>
    private bool HasAllFields(ReadOnlySpan<byte> line) => Fields > 1
        && SampleRecord.Split(line, Delimiter, isWhole: true) is [var record] && record.Fields.Count == Fields;

    private static void WriteAligned(ReadOnlySpan<byte> line, AlignedColumns columns, ArrayBufferWriter<byte> to)
    {
        // Any encoding of one byte a character keeps what is not UTF-8 as it is.
        var encoding = Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1;
        var text = encoding.GetString(line).TrimEnd();
        if (!columns.Fits(text))
        {
            // No row of the table; one field, unless it has tabs itself.
            to.Write(encoding.GetBytes(text));
            return;
        }

        var isFirst = true;
        foreach (var field in columns.Split(text))
        {
            if (!isFirst) to.Write("\t"u8);
            isFirst = false;
            to.Write(encoding.GetBytes(field.Contains('"') ? $"\"{field.Replace("\"", "\"\"")}\"" : field));
        }
    }

    private void WriteWithoutEdges(ReadOnlySpan<byte> line, ArrayBufferWriter<byte> to)
    {
        var text = line.Trim(" \t\r"u8);
        if (text is not [(byte)'|', .., (byte)'|'])
        {
            to.Write(text);
            return;
        }

        var row = text[1..^1];
        if (_names is null) _names = Encoding.UTF8.GetString(row);
        else if (Encoding.UTF8.GetString(row) == _names)
        {
            Skip(CsvNote.RepeatedNames, line);
            return;
        }

        to.Write(row);
    }

    private void Skip(string code, ReadOnlySpan<byte> line) => Notes?.Add(new CsvNote(
        code, _line, "rows of the table", $"{FieldText.Show(line.Trim(" \t\r"u8))}, which is left out"));
}
