using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>Decides how the bytes are read, and stops at those that are no text.</summary>
public sealed partial class CsvTokenizer
{
    private TextEncoding _encoding;
    private long _bytesRead;

    /// <summary>What was assumed or left out so far.</summary>
    public IReadOnlyList<CsvNote> Notes => _notes.ToList();

    /// <summary>
    /// Byte offset of the next record. Windows-1252 is longer once it is UTF-8, but has as many characters as bytes.
    /// </summary>
    private long NextOffset => _encoding == TextEncoding.Windows1252
        ? _bytesRead - CountCharacters(_buffer.AsSpan(_position, _end - _position)) - _charactersAfter
        : _offset + _position;

    /// <summary>
    /// Stops at the first byte that is not valid text; a character truncated by the buffer's end is checked with the
    /// next fill. Text that is ASCII up to its first byte that is not UTF-8 is Windows-1252.
    /// </summary>
    private void Validate()
    {
        _charactersAfter = 0;
        if (Damage is not null) return;
        var fresh = _buffer.AsSpan(_validated, _end - _validated);
        if (_encoding == TextEncoding.Windows1252)
        {
            ReadWindows1252();
            return;
        }

        var whole = _ended ? fresh : fresh[..^CutOff(fresh)];
        var zero = whole.IndexOf((byte)0);
        var clean = zero < 0 ? whole : whole[..zero];
        var isAscii = _encoding == TextEncoding.Ascii && Ascii.IsValid(clean);
        if (!isAscii && !Utf8.IsValid(clean))
        {
            var at = 0;
            while (Rune.DecodeFromUtf8(clean[at..], out _, out var length) == OperationStatus.Done) at += length;
            if (_encoding == TextEncoding.Ascii && zero < 0 && Windows1252.IsLikely(fresh[..^CutOff(fresh)]))
            {
                AssumeWindows1252(_validated + at);
                return;
            }

            StopAtByte(_validated + at);
        }
        else if (zero >= 0)
        {
            StopAtByte(_validated + zero);
        }

        if (!isAscii) _encoding = TextEncoding.Utf8;
        _validated += whole.Length;
    }

    private void AssumeWindows1252(int at)
    {
        _encoding = TextEncoding.Windows1252;
        _notes.Add(new CsvNote(
            CsvNote.Encoding, LineOf(at), "text in UTF-8",
            $"the byte 0x{_buffer[at]:X2}; the file is read as Windows-1252"));
        ReadWindows1252();
    }

    private void ReadWindows1252()
    {
        var fresh = _buffer.AsSpan(_validated, _end - _validated);
        var bad = fresh.IndexOf((byte)0) is >= 0 and var zero ? zero : Windows1252.IndexOfMissing(fresh);
        if (bad >= 0) StopAtByte(_validated + bad);
        var room = _validated + Windows1252.CountUtf8(fresh) + Padding;
        if (_buffer.Length < room)
        {
            var larger = ArrayPool<byte>.Shared.Rent(room);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _validated = _end = Windows1252.ToUtf8(_buffer, _validated, _end);
    }

    /// <summary>Number of bytes at the end that begin an incomplete character.</summary>
    private static int CutOff(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if (b < 0x80) return 0;
            if (b < 0xC0) continue;
            var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
            return length > back ? back : 0;
        }

        return 0;
    }

    private void StopAtByte(int at)
    {
        var found = _buffer[at] == 0 ? "a NUL byte, as in binary files," : $"the byte 0x{_buffer[at]:X2}";
        var expected = _encoding == TextEncoding.Windows1252 ? "text in Windows-1252, as before" : "text in UTF-8";
        Stop(CsvDamage.NotText, expected, $"{found} at line {LineOf(at)}, byte offset {_offset + at}");
    }

    /// <summary>The line of a place in the text that is not read yet.</summary>
    private long LineOf(int at)
    {
        if (at <= _position) return _nextLine;
        var unread = _buffer.AsSpan(_position, at - _position);
        if (!_form.RecordsAreLines) return _nextLine + unread.Count((byte)'\n');
        var (lines, quoted) = (0, false);
        foreach (var b in unread)
        {
            if (b == '"') quoted = !quoted;
            else if (b == '\n' && !quoted) lines++;
        }

        return _nextLine + lines;
    }

    /// <summary>Bytes that do not continue a character.</summary>
    private static int CountCharacters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text) count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }
}
