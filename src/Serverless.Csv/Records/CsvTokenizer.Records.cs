using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>Finds records and fields in the buffered text.</summary>
public sealed partial class CsvTokenizer
{
    private FieldPlace[] _fields = new FieldPlace[1024];
    private ArrayBufferWriter<byte>? _unescaped;
    private int _firstField;
    private int _recordStart;
    private int _recordEnd;
    private bool _again;

    /// <param name="Start">
    /// Offset in the buffer, or its complement (~) in the unescaped text for a field with doubled quotes.
    /// </param>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct FieldPlace(int Start, int Length);

    private enum Scanned { Record, Blank, Incomplete, Damaged }

    /// <summary>The line on which the record begins, from 1.</summary>
    public long Line { get; private set; }

    public int FieldCount { get; private set; }

    /// <summary>If not <see cref="QuoteFault.None"/>, the record is one line without fields.</summary>
    public QuoteFault Fault { get; private set; }

    /// <summary>The record as stored, without its line end. Valid until the next fill.</summary>
    public ReadOnlySpan<byte> Record => RecordAt(RecordPlace);

    /// <summary>The record's position, for <see cref="RecordAt"/>.</summary>
    public (int Start, int Length) RecordPlace => (_recordStart, _recordEnd - _recordStart);

    /// <summary>Index of the record's first field among the fields of all records since the last fill.</summary>
    public int FirstField => _firstField;

    /// <summary>A field's text without quotes. Valid until the next fill.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        var field = _fields[_firstField + index];
        return field.Start >= 0
            ? _buffer.AsSpan(field.Start, field.Length)
            : _unescaped!.WrittenSpan.Slice(~field.Start, field.Length);
    }

    /// <summary>Parses eight consecutive fields at once; see <see cref="Avx512NumberParser.Read"/>.</summary>
    /// <param name="first">The first of the eight fields, all within the record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadEight(int first, out Vector512<double> values) => Avx512NumberParser.Read(
        ref MemoryMarshal.GetArrayDataReference(_buffer),
        ref _fields[_firstField + first],
        ref MemoryMarshal.GetReference(Avx512NumberParser.InOrder),
        out values);

    /// <summary>Copies the fields' texts back to back, 16 bytes at a time, since most fields are no longer.</summary>
    /// <param name="to">Has room for the record plus 16 bytes.</param>
    /// <param name="ends">Receives the end of each field.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyFields(byte[] to, int at, Span<int> ends)
    {
        const int together = 16;
        for (var i = 0; i < ends.Length; i++)
        {
            var place = _fields[_firstField + i];
            if (place.Start >= 0 && place.Length <= together)
            {
                _buffer.AsSpan(place.Start, together).CopyTo(to.AsSpan(at));
            }
            else Field(i).CopyTo(to.AsSpan(at));
            ends[i] = at += place.Length;
        }
    }

    /// <summary>
    /// The fields of all records since the last fill. Safe to use from several threads until the next read.
    /// </summary>
    /// <param name="firstFields">The <see cref="FirstField"/> of each record to access.</param>
    public BlockFields FieldsOf(int[] firstFields) => new(
        ref MemoryMarshal.GetArrayDataReference(firstFields),
        ref MemoryMarshal.GetArrayDataReference(_fields),
        ref MemoryMarshal.GetArrayDataReference(_buffer),
        _unescaped is null ? default : _unescaped.WrittenSpan);

    /// <summary>A record since the last fill.</summary>
    public ReadOnlySpan<byte> RecordAt((int Start, int Length) place) => _buffer.AsSpan(place.Start, place.Length);

    /// <summary>Advances to the next record. False if the buffer must be filled first or the text has ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRead()
    {
        if (_again)
        {
            _again = false;
            return true;
        }

        while (Damage is null && _position < _end)
        {
            _recordStart = _position;
            Line = _nextLine;
            _firstField += FieldCount;
            FieldCount = 0;
            Fault = QuoteFault.None;
            if (_nextPlain == _plainCount) FindPlain();
            var scanned = _nextPlain < _plainCount ? TakePlain() : Scan();
            var bytes = (scanned == Scanned.Incomplete ? _end : _recordEnd) - _recordStart;
            if (scanned != Scanned.Damaged && bytes > MaxRecordBytes) StopTooLong();
            if (scanned != Scanned.Record) FieldCount = 0;
            else if (_rewritten.Length > 0) Rewrite();
            if (scanned != Scanned.Blank) return scanned == Scanned.Record && Damage is null;
        }

        return false;
    }

    /// <summary>Makes the next <see cref="TryRead"/> return the current record again.</summary>
    public void ReadAgain() => _again = true;

    private Scanned Scan()
    {
        var delimiter = Delimiter;
        var delimiters = Vector256.Create(delimiter);
        var newLines = 0;
        var fieldStart = _recordStart;
        var block = _recordStart;
        var specials = CsvByteMasks.At(_buffer, block, delimiters);
        while (true)
        {
            while (specials == 0)
            {
                block += 64;
                if (block >= _end) return Scanned.Incomplete;
                specials = CsvByteMasks.At(_buffer, block, delimiters);
            }

            var at = block + BitOperations.TrailingZeroCount(specials);
            specials &= specials - 1;
            var special = _buffer[at];
            if (special == '"')
            {
                if (!IsBlank(fieldStart, at)) continue;
                var after = AddQuoted(at, ref newLines);
                if (after < 0) return _ended ? OneFaultyLine(QuoteFault.NeverClosed) : Scanned.Incomplete;
                if (Damage is not null) return Scanned.Damaged;
                special = _buffer[after];
                if (special != delimiter && special != '\n') return OneFaultyLine(QuoteFault.TextAfterQuote);
                at = after;
                block = after + 1;
                specials = CsvByteMasks.At(_buffer, block, delimiters);
            }
            else
            {
                AddPlain(fieldStart, at);
                if (Damage is not null) return Scanned.Damaged;
            }

            if (special == '\n') return Finish(at, newLines + 1);
            fieldStart = at + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Scanned Finish(int lineEnd, int newLines)
    {
        _recordEnd = lineEnd;
        _position = lineEnd + 1;
        _nextLine += newLines;
        var blank = FieldCount == 1 && _fields[_firstField].Length == 0 && IsBlank(_recordStart, lineEnd);
        return blank ? Scanned.Blank : Scanned.Record;
    }

    private Scanned OneFaultyLine(QuoteFault fault)
    {
        Fault = fault;
        FieldCount = 0;
        var lineEnd = _recordStart + _buffer.AsSpan(_recordStart, _end - _recordStart).IndexOf((byte)'\n');
        return Finish(lineEnd, newLines: 1);
    }

    private void AddPlain(int start, int end) => Add(Trim(start, end));

    private void TrimFields()
    {
        foreach (ref var field in _fields.AsSpan(_firstField, FieldCount))
        {
            field = Trim(field.Start, field.Start + field.Length);
        }
    }

    /// <summary>The unquoted field without surrounding white space.</summary>
    private FieldPlace Trim(int start, int end)
    {
        while (start < end && IsSpace(_buffer[start])) start++;
        while (start < end && IsSpace(_buffer[end - 1])) end--;
        return new FieldPlace(start, end - start);
    }

    /// <summary>Adds the quoted field that opens at <paramref name="quote"/>.</summary>
    /// <returns>Position of the delimiter or line end that must follow; −1 if the text ends first.</returns>
    private int AddQuoted(int quote, ref int newLines)
    {
        var start = quote + 1;
        var close = start;
        var doubled = false;
        while (true)
        {
            var next = _buffer.AsSpan(close, _end - close).IndexOf((byte)'"');
            if (next < 0) return -1;
            close += next;
            if (_buffer[close + 1] != '"') break;
            doubled = true;
            close += 2;
        }

        // The next byte is not buffered yet: the quote may be doubled.
        if (close + 1 >= _end) return -1;
        var content = _buffer.AsSpan(start, close - start);
        if (!_form.RecordsAreLines) newLines += content.Count((byte)'\n');
        Add(doubled ? Unescape(content) : new FieldPlace(start, content.Length));
        var after = close + 1;
        while (after < _end && IsSpace(_buffer[after])) after++;
        return after < _end ? after : -1;
    }

    private FieldPlace Unescape(ReadOnlySpan<byte> content)
    {
        _unescaped ??= new ArrayBufferWriter<byte>();
        var start = _unescaped.WrittenCount;
        while (content.IndexOf((byte)'"') is >= 0 and var quote)
        {
            _unescaped.Write(content[..(quote + 1)]);
            content = content[(quote + 2)..];
        }

        _unescaped.Write(content);
        _unescaped.GetSpan(Padding); // numbers are read in whole vectors, past the end of the text
        return new FieldPlace(~start, _unescaped.WrittenCount - start);
    }

    private void Add(FieldPlace field)
    {
        if (FieldCount < MaxFields)
        {
            if (_firstField + FieldCount == _fields.Length) Array.Resize(ref _fields, _fields.Length * 2);
            _fields[_firstField + FieldCount++] = field;
            return;
        }

        Stop(CsvDamage.TooManyColumns, $"at most {MaxFields:N0} columns", $"more at line {Line}");
    }

    private void StopTooLong()
    {
        var start = _buffer.AsSpan(_recordStart, MaxRecordBytes);
        var quoteOpened = start.Contains((byte)'"') ? "; a quote in it may never be closed" : "";
        Stop(
            CsvDamage.RecordTooLong,
            $"rows of at most {MaxRecordBytes:N0} bytes",
            $"a longer one that begins at line {Line}{quoteOpened}");
    }

    // A tab that is the delimiter ends the field. Carriage returns belong to line ends.
    private bool IsSpace(byte b) => b == ' ' || b == '\r' || (b == '\t' && Delimiter != '\t');

    private bool IsBlank(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (!IsSpace(_buffer[i])) return false;
        }

        return true;
    }
}
