using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>Splits a text into its JSON objects, one line each or one after the other.</summary>
/// <param name="maxBytes">Of one object.</param>
internal sealed class JsonObjects(Stream json, bool isLines, int maxBytes)
{
    private byte[] _buffer = new byte[256 * 1024];
    private int _first;
    private int _position;
    private int _end;
    private bool _ended;
    private bool _started;

    public static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>The last object read; nothing for a blank line. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>The object's number: its line, or how many there are up to it.</summary>
    public long Count { get; private set; }

    /// <summary>Whether what was read stays in memory, for <see cref="ReadAgain"/>.</summary>
    public bool Holds { get; set; }

    public int HeldBytes => _position - _first;

    /// <summary>Makes the next read begin with the first object again, and ends the holding.</summary>
    public void ReadAgain()
    {
        _position = _first;
        Count = 0;
        Holds = false;
    }

    /// <summary>Reads the next object. False at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var scanned = 0;
        while (true)
        {
            var (start, length, next) = isLines ? FindLine(scanned) : FindObject();
            if (next >= 0)
            {
                Current = _buffer.AsMemory(start, length);
                _position = next;
                Count++;
                return true;
            }

            if (_ended) return false;
            if (_end - _position > maxBytes)
            {
                throw Damaged($"objects of at most {maxBytes:N0} bytes", $"a longer one, number {Count + 1:N0}");
            }

            scanned = _end - _position;
            await FillAsync(cancellationToken);
        }
    }

    /// <summary>The line at the position.</summary>
    /// <returns>Where it is and where the next one begins; a next of −1 where the line is not whole yet.</returns>
    private (int Start, int Length, int Next) FindLine(int scanned)
    {
        var found = _buffer.AsSpan(_position + scanned, _end - _position - scanned).IndexOf((byte)'\n');
        if (found < 0 && (!_ended || _position == _end)) return (0, 0, -1);
        var lineEnd = found < 0 ? _end : _position + scanned + found;
        var line = _buffer.AsSpan(_position, lineEnd - _position);
        var start = line.Length - line.TrimStart(WhiteSpace).Length;
        return (_position + start, line.Trim(WhiteSpace).Length, found < 0 ? _end : lineEnd + 1);
    }

    /// <summary>The object at the position, after white space, commas and an array's brackets.</summary>
    private (int Start, int Length, int Next) FindObject()
    {
        var start = _position;
        while (start < _end && " \t\r\n,[]"u8.Contains(_buffer[start])) start++;

        if (start == _end) return (0, 0, -1);
        if (_buffer[start] != '{')
        {
            throw Damaged("JSON objects alone", $"{Show(start)} before number {Count + 1:N0}");
        }

        var depth = 0;
        for (var at = start; at < _end; at++)
        {
            var next = _buffer.AsSpan(at, _end - at).IndexOfAny("{}\""u8);
            if (next < 0) break;
            at += next;
            if (_buffer[at] == '{') depth++;
            else if (_buffer[at] == '}')
            {
                if (--depth == 0) return (start, at + 1 - start, at + 1);
            }
            else
            {
                at = EndOfString(at);
                if (at < 0) break;
            }
        }

        return _ended
            ? throw Damaged("whole JSON objects", $"the end of the file within number {Count + 1:N0}")
            : (0, 0, -1);
    }

    /// <summary>The quote that closes the string that a quote opens; −1 where it is not read yet.</summary>
    private int EndOfString(int quote)
    {
        for (var at = quote + 1; at < _end; at++)
        {
            var next = _buffer.AsSpan(at, _end - at).IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            at += next;
            if (_buffer[at] == '"') return at;
            at++;
        }

        return -1;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var keep = Holds ? _first : _position;
        var kept = _end - keep;
        if (kept > _buffer.Length / 2)
        {
            var larger = new byte[2 * _buffer.Length];
            _buffer.AsSpan(keep, kept).CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(keep, kept).CopyTo(_buffer);
        }

        _position -= keep;
        _first -= keep;
        if (!Holds) _first = 0;
        _end = kept;
        var read = await json.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _ended = read == 0;
        _end += read;
        if (_started || _end < 3) return;
        _started = true;
        if (_buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) _position = _first = 3;
    }

    private string Show(int at) => FieldText.Show(_buffer.AsSpan(at, Math.Min(_end - at, 20)));

    private static UnreadableTextException Damaged(string expected, string found) =>
        new(new CsvDamage(CsvDamage.DamagedJson, expected, found));
}
