using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

public enum QuoteFault { None, TextAfterQuote, NeverClosed }

/// <summary>
/// Splits UTF-8 text into records and fields as in RFC 4180, over one pooled buffer and without allocation per record.
/// Usage: <c>do { while (csv.TryRead()) … } while (await csv.FillAsync(…));</c>, then check <see cref="Damage"/>.
/// </summary>
/// <remarks>
/// Beyond RFC 4180: white space around an unquoted field is dropped, blank lines are skipped, and a quote inside an
/// unquoted field is an ordinary character. A record with invalid quotes becomes one faulty record of its first line,
/// and reading resumes at the next line: one stray quote must not swallow the rows after it.
/// </remarks>
public sealed partial class CsvTokenizer(Stream text) : IDisposable
{
    public const int MaxRecordBytes = 1 << 20;
    public const int MaxFields = 5_000;

    private const int InitialCapacity = 512 * 1024;

    /// <summary>
    /// Zeros after the text, so that whole vectors can be loaded at its end, plus a line end for the last record.
    /// </summary>
    private const int Padding = 65;

    /// <summary>
    /// Readable bytes before the first field: numbers are read in whole vectors that end with the number.
    /// </summary>
    private const int BytesBefore = 16;

    /// <summary>Room before the text read ahead, for the start of a record that it continues.</summary>
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

    /// <summary>Why reading stopped before the end; null without damage.</summary>
    public CsvDamage? Damage { get; private set; }

    public byte Delimiter { get; private set; }

    /// <summary>Byte offset in the text and line of the next record.</summary>
    public (long Offset, long Line) Next => (_offset + _position, _nextLine);

    /// <summary>Continues in the middle of a file.</summary>
    /// <param name="text">The text from <paramref name="next"/> on.</param>
    /// <param name="next">The <see cref="Next"/> of the tokenizer to continue.</param>
    public static CsvTokenizer Resume(Stream text, byte delimiter, (long Offset, long Line) next) =>
        new(text) { Delimiter = delimiter, _offset = next.Offset, _nextLine = next.Line, _started = true };

    /// <summary>Buffers more text and starts reading ahead. False at the end of the text or after damage.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Damage is not null || _ended) return false;
        _reading ??= ReadAheadAsync(_ahead = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding), cancellationToken);
        try
        {
            SwapBuffers(await _reading);
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

    /// <summary>Waits for the read-ahead to end; only then may the stream be used or closed by others.</summary>
    public async Task StopReadingAsync()
    {
        // The text read ahead is not needed, so its errors do not matter.
        if (_reading is { } reading) await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Call only after <see cref="StopReadingAsync"/>.</summary>
    public void Dispose()
    {
        foreach (var buffer in (byte[][])[_buffer, _ahead])
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffer = _ahead = [];
    }

    /// <returns>Number of bytes read, stored from <see cref="RoomBefore"/> on.</returns>
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

    /// <summary>Copies the unread text in front of the text read ahead and swaps the buffers.</summary>
    private void SwapBuffers(int read)
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
    /// Stops at the first byte that is not valid text; a character truncated by the buffer's end is checked with the
    /// next fill.
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
        var line = _nextLine + _buffer.AsSpan(_position, at - _position).Count((byte)'\n');
        var found = _buffer[at] == 0 ? "a NUL byte, as in binary files," : $"the byte 0x{_buffer[at]:X2}";
        Stop(CsvDamage.NotText, "text in UTF-8", $"{found} at line {line}, byte offset {_offset + at}");
    }

    private void Stop(string code, string expected, string found) =>
        Damage ??= new CsvDamage(code, expected, found);
}
