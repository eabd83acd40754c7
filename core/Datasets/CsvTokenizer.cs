using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Serverless.Datasets;

internal enum QuoteFault { None, TextAfterQuote, NeverClosed }

/// <summary>
/// Splits UTF-8 text into records and fields as RFC 4180 has them, over one pooled buffer and with no allocation per record.
/// Read it like this: <c>do { while (csv.TryRead()) … } while (await csv.FillAsync(…));</c> and then look at
/// <see cref="Damage"/>.
/// </summary>
/// <remarks>
/// Beyond RFC 4180: white space around an unquoted field is dropped, blank lines are skipped, and a quote inside an
/// unquoted field is an ordinary character. Where the quotes of a record do not work out, only its first line is given,
/// as a faulty record, and reading goes on at the next line: one stray quote must not swallow the rows after it.
/// </remarks>
internal sealed partial class CsvTokenizer(Stream text) : IDisposable
{
    public const int MaximumRecordBytes = 1 << 20;
    public const int MaximumFields = 5_000;

    private const int InitialCapacity = 512 * 1024;

    /// <summary>Zeros behind the text, so that whole vectors can be loaded at its end; and a line end for the last record.</summary>
    private const int Padding = 65;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding);
    private int _position;
    private int _end;
    private int _validated;
    private long _offset;
    private long _nextLine = 1;
    private bool _started;
    private bool _ended;

    /// <summary>Why reading stopped before the end; null while all is well.</summary>
    public Anomaly? Damage { get; private set; }

    public byte Delimiter { get; private set; }

    /// <summary>Reads more text. False at the end, or where the file cannot be read any further.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Damage is not null || _ended) return false;
        MakeRoom();
        try
        {
            while (_end < _buffer.Length - Padding)
            {
                var room = _buffer.AsMemory(_end, _buffer.Length - Padding - _end);
                var read = await text.ReadAsync(room, cancellationToken);
                _ended = read == 0;
                if (_ended) break;
                _end += read;
            }
        }
        catch (InvalidDataException e) when (text is GzipText)
        {
            Stop(AnomalyCodes.DamagedGzip, "a whole gzip file", $"damaged data: {e.Message}");
            return false;
        }

        if (!_started) Start();
        Validate();
        if (_ended && _end > _position && _buffer[_end - 1] != '\n') _buffer[_end++] = (byte)'\n';
        _buffer.AsSpan(_end, Padding - 1).Clear();
        return Damage is null;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void MakeRoom()
    {
        var rest = _end - _position;
        var from = _buffer;
        if (rest > from.Length / 2) _buffer = ArrayPool<byte>.Shared.Rent(from.Length * 2);
        from.AsSpan(_position, rest).CopyTo(_buffer);
        if (!ReferenceEquals(from, _buffer)) ArrayPool<byte>.Shared.Return(from);
        _firstField = FieldCount = 0;
        _unescaped?.ResetWrittenCount();
        _offset += _position;
        _validated -= _position;
        _end = rest;
        _position = 0;
    }

    private void Start()
    {
        _started = true;
        var start = _buffer.AsSpan(0, _end);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            Stop(AnomalyCodes.NotText, "text in UTF-8", "text in UTF-16; save the file as UTF-8");
            return;
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) _position = _validated = 3;
        start = start[_position..];
        Delimiter = CsvDelimiter.Detect(start);
        if (!start.Contains((byte)'\n') && start.TrimEnd((byte)'\r').Contains((byte)'\r'))
        {
            Stop(AnomalyCodes.LineEnds, "lines that end with LF or CR LF", "lines that end with CR alone");
        }
    }

    /// <summary>
    /// Stops at the first byte that is no text; a character cut off by the buffer's end is looked at with the next fill.
    /// </summary>
    private void Validate()
    {
        if (Damage is not null) return;
        var fresh = _buffer.AsSpan(_validated, _end - _validated);
        var whole = _ended ? fresh : fresh[..^CutOff(fresh)];
        var zero = whole.IndexOf((byte)0);
        var clean = zero < 0 ? whole : whole[..zero];
        if (!Utf8.IsValid(clean))
        {
            var at = 0;
            while (Rune.DecodeFromUtf8(clean[at..], out _, out var length) == OperationStatus.Done) at += length;
            StopAtByte(_validated + at);
        }
        else if (zero >= 0)
        {
            StopAtByte(_validated + zero);
        }

        _validated += whole.Length;
    }

    /// <summary>How many bytes at the end begin a character that is not there as a whole.</summary>
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
        var line = _nextLine + _buffer.AsSpan(_position, at - _position).Count((byte)'\n');
        var found = _buffer[at] == 0 ? "a NUL byte, as in binary files," : $"the byte 0x{_buffer[at]:X2}";
        Stop(AnomalyCodes.NotText, "text in UTF-8", $"{found} at line {line}, byte offset {_offset + at}");
    }

    private void Stop(string code, string expected, string found) =>
        Damage ??= new Anomaly(code, AnomalySeverity.Error, Column: null, Row: null, expected, found);
}
