using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

public enum QuoteFault { None, TextAfterQuote, NeverClosed }

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
public sealed partial class CsvTokenizer(Stream text) : IDisposable
{
    public const int MaxRecordBytes = 1 << 20;
    public const int MaxFields = 5_000;

    private const int InitialCapacity = 512 * 1024;

    /// <summary>Zeros behind the text, so that whole vectors can be loaded at its end; and a line end for the last record.</summary>
    private const int Padding = 65;

    /// <summary>So many bytes can be read before every field as well: numbers are read in whole vectors that end where they end.</summary>
    private const int BytesBefore = 16;

    /// <summary>What is read ahead stands behind so much room, for the beginning of the record that it goes on with.</summary>
    private const int RoomBefore = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding);
    private byte[] _ahead = [];
    private Task<int>? _reading;
    private int _position;
    private int _end;
    private int _validated;
    private long _offset;
    private long _nextLine = 1;
    private bool _started;
    private bool _ended;

    /// <summary>Why reading stopped before the end; null while all is well.</summary>
    public CsvDamage? Damage { get; private set; }

    public byte Delimiter { get; private set; }

    /// <summary>Where the next record begins: its byte in the text, and its line.</summary>
    public (long Offset, long Line) Next => (_offset + _position, _nextLine);

    /// <summary>Goes on in the middle of a file.</summary>
    /// <param name="text">From <paramref name="next"/> on.</param>
    /// <param name="next">As <see cref="Next"/> was.</param>
    public static CsvTokenizer Resume(Stream text, byte delimiter, (long Offset, long Line) next) =>
        new(text) { Delimiter = delimiter, _offset = next.Offset, _nextLine = next.Line, _started = true };

    /// <summary>Goes on to more text, and begins to read what comes after it. False at the end, or where the file cannot be read any further.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Damage is not null || _ended) return false;
        _reading ??= ReadAheadAsync(_ahead = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding), cancellationToken);
        try
        {
            GoOn(await _reading);
        }
        catch (InvalidDataException e) when (text is GzipText)
        {
            Stop(CsvDamage.DamagedGzip, "a whole gzip file", $"damaged data: {e.Message}");
            return false;
        }

        if (!_ended) _reading = ReadAheadAsync(_ahead, cancellationToken);
        if (!_started) Start();
        Validate();
        if (_ended && _end > _position && _buffer[_end - 1] != '\n') _buffer[_end++] = (byte)'\n';
        _buffer.AsSpan(_end, Padding - 1).Clear();
        return Damage is null;
    }

    /// <summary>Until nothing is read ahead any more: only then may somebody else go on with the stream, or close it.</summary>
    public async Task StopReadingAsync()
    {
        // What went wrong with text that nobody asked for is nobody's concern.
        if (_reading is { } reading) await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Only after <see cref="StopReadingAsync"/>.</summary>
    public void Dispose()
    {
        foreach (var buffer in (byte[][])[_buffer, _ahead])
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffer = _ahead = [];
    }

    /// <returns>How many bytes there are from <see cref="RoomBefore"/> on.</returns>
    private async Task<int> ReadAheadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var end = RoomBefore;
        while (end < buffer.Length - Padding)
        {
            var read = await text.ReadAsync(buffer.AsMemory(end, buffer.Length - Padding - end), cancellationToken);
            if (read == 0) break;
            end += read;
        }

        return end - RoomBefore;
    }

    /// <summary>Puts the rest of the text before what was read ahead, and changes over to it.</summary>
    private void GoOn(int read)
    {
        var rest = _buffer.AsSpan(_position, _end - _position);
        var start = Math.Max(BytesBefore, RoomBefore - rest.Length);
        _ended = read < _ahead.Length - Padding - RoomBefore;
        if (start + rest.Length > RoomBefore)
        {
            var larger = ArrayPool<byte>.Shared.Rent(start + rest.Length + read + Padding);
            _ahead.AsSpan(RoomBefore, read).CopyTo(larger.AsSpan(start + rest.Length));
            ArrayPool<byte>.Shared.Return(_ahead);
            _ahead = larger;
        }

        rest.CopyTo(_ahead.AsSpan(start));
        _end = start + rest.Length + read;
        _offset += _position - start;
        _validated += start - _position;
        _position = start;
        (_buffer, _ahead) = (_ahead, _buffer);
        _firstField = FieldCount = 0;
        _plainCount = _nextPlain = 0;
        _unescaped?.ResetWrittenCount();
    }

    private void Start()
    {
        _started = true;
        var start = _buffer.AsSpan(_position, _end - _position);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            Stop(CsvDamage.NotText, "text in UTF-8", "text in UTF-16; save the file as UTF-8");
            return;
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _position = _validated += 3;
            start = start[3..];
        }

        Delimiter = CsvDelimiter.Detect(start);
        if (!start.Contains((byte)'\n') && start.TrimEnd((byte)'\r').Contains((byte)'\r'))
        {
            Stop(CsvDamage.LineEnds, "lines that end with LF or CR LF", "lines that end with CR alone");
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
        Stop(CsvDamage.NotText, "text in UTF-8", $"{found} at line {line}, byte offset {_offset + at}");
    }

    private void Stop(string code, string expected, string found) =>
        Damage ??= new CsvDamage(code, expected, found);
}
