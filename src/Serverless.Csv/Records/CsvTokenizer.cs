using System.Buffers;
using Serverless.Csv.Formats;
using Serverless.Csv.Layout;
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
/// <param name="form">Null for text as it was stored.</param>
/// <param name="notes">Receives what is assumed or left out; null for a log of its own.</param>
public sealed partial class CsvTokenizer(Stream text, TextForm? form = null, NoteLog? notes = null) : IDisposable
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

    /// <summary>
    /// Room before the text read ahead, for the start of a record that it continues and the text that was held back.
    /// </summary>
    private const int RoomBefore = 32 * 1024;

    private readonly TextForm _form = form ?? TextForm.Plain;
    private readonly NoteLog _notes = notes ?? new NoteLog();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding);
    private byte[] _ahead = [];
    private Task<int>? _reading;
    private int _position;
    private int _end;
    private int _validated;
    private long _offset;
    private long _nextLine = form?.FirstLine ?? 1;
    private bool _started;
    private bool _resumed;
    private bool _ended;

    /// <summary>Why reading stopped before the end; null without damage.</summary>
    public CsvDamage? Damage { get; private set; }

    /// <summary>Whether the last line lacks its end, as where a copy was cut off; known after the last fill.</summary>
    public bool EndsInLine { get; private set; }

    public byte Delimiter { get; private set; }

    /// <summary>Where the next record begins.</summary>
    public CsvPosition Next => new(NextOffset, _nextLine, _encoding);

    /// <summary>Whether the first record is the names of the columns, whatever they look like.</summary>
    public bool HasNames => _form.HasNames;

    /// <summary>Continues this file in its middle.</summary>
    /// <param name="rest">The text from <paramref name="next"/> on.</param>
    /// <param name="next">The <see cref="Next"/> of the tokenizer to continue.</param>
    public CsvTokenizer Resume(Stream rest, CsvPosition next) => new(rest, _form, _notes)
    {
        Delimiter = Delimiter,
        _offset = next.Offset,
        _bytesRead = next.Offset,
        _nextLine = next.Line,
        _encoding = next.Encoding,
        _started = true,
        _resumed = true,
    };

    /// <summary>Buffers more text and starts reading ahead. False at the end of the text or after damage.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Damage is not null || _ended) return false;
        _reading ??= ReadAheadAsync(_ahead = ArrayPool<byte>.Shared.Rent(InitialCapacity + Padding), cancellationToken);
        try
        {
            SwapBuffers(await _reading);
        }
        catch (UnreadableTextException e)
        {
            Damage ??= e.Damage;
            return false;
        }

        if (!_ended) _reading = ReadAheadAsync(_ahead, cancellationToken);
        var isFirst = !_started;
        if (isFirst) Start();
        Validate();
        var hasLineEnd = _end == _position || _buffer[_end - 1] == '\n';
        if (_ended && !hasLineEnd)
        {
            EndsInLine = true;
            _buffer[_end++] = (byte)'\n';
        }

        if (isFirst) SkipLines();
        if (_form.Fields > 1 && Damage is null) HoldBack(hasLineEnd);
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
        TakeHeld();
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
        _bytesRead += read;
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
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _position = _validated += 3;
            start = start[3..];
        }

        Delimiter = _form.Delimiter ?? CsvDelimiter.Detect(start);
    }

    private void Stop(string code, string expected, string found) =>
        Damage ??= new CsvDamage(code, expected, found);
}
