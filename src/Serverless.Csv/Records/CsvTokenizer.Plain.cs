using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Csv.Records;

/// <summary>Finds many records at once where there are no quotes.</summary>
public sealed partial class CsvTokenizer
{
    /// <summary>Bytes scanned per step, and the most fields that one step can end.</summary>
    private const int Block = 64;
    private const int Unrolled = 8;

    /// <summary>Records found per call: with their fields and values they stay in the processor's cache.</summary>
    private const int RecordsTogether = 512;

    private readonly PlainRecord[] _plain = new PlainRecord[RecordsTogether];
    private int _plainCount;
    private int _nextPlain;

    /// <summary>A record without quotes that was found ahead.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct PlainRecord(int LineEnd, int FirstField, int FieldCount, bool HasSpaces);

    /// <summary>Whether all records found ahead have been returned.</summary>
    public bool IsBetween => _nextPlain == _plainCount;

    /// <summary>Releases the records returned so far, unless further records were found with them.</summary>
    public void Forget()
    {
        if (IsBetween) _firstField = FieldCount = 0;
    }

    /// <summary>
    /// The path of nearly all records: finds those up to the next quote, where every delimiter and line end ends a
    /// field. Works on masks of 64 bytes, never on single bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindPlain()
    {
        (_plainCount, _nextPlain) = (0, 0);
        var delimiters = Vector256.Create(Delimiter);
        var (recordStart, fieldStart) = (_position, _position);
        var (firstField, fields) = (_firstField, _firstField);
        ulong spacesBefore = 0;
        for (var block = _position; block < _end; block += Block)
        {
            var masks = CsvByteMasks.MasksAt(_buffer, block, delimiters);
            var beforeQuote = masks.Quotes == 0 ? ulong.MaxValue : (masks.Quotes & (0 - masks.Quotes)) - 1;
            var lineEnds = masks.LineEnds & beforeQuote;
            var ends = (masks.Delimiters | masks.LineEnds) & beforeQuote;
            if (_fields.Length < fields + Block + Unrolled)
            {
                Array.Resize(ref _fields, (_fields.Length * 2) + Block + Unrolled);
            }

            ref var field = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_fields), fields);
            var count = BitOperations.PopCount(ends);
            var left = ends;
            for (var done = 0; done < count; done += Unrolled)
            {
                // Branch-free: always writes eight; the next fields overwrite the excess.
                for (var i = 0; i < Unrolled; i++)
                {
                    var at = block + BitOperations.TrailingZeroCount(left);
                    left &= left - 1;
                    Unsafe.Add(ref field, done + i) = new FieldPlace(fieldStart, at - fieldStart);
                    fieldStart = at + 1;
                }
            }

            if (count > 0) fieldStart = block + Block - BitOperations.LeadingZeroCount(ends);
            var spaces = masks.Spaces & ~ends;
            for (; lineEnds != 0; lineEnds &= lineEnds - 1)
            {
                var upToEnd = lineEnds ^ (lineEnds - 1);
                var lineEnd = block + BitOperations.TrailingZeroCount(lineEnds);
                var next = fields + BitOperations.PopCount(ends & upToEnd);
                if (next - firstField > MaxFields || lineEnd - recordStart > MaxRecordBytes) return;
                _plain[_plainCount++] = new PlainRecord(
                    lineEnd, firstField, next - firstField, (spacesBefore | (spaces & upToEnd)) != 0);
                (recordStart, firstField) = (lineEnd + 1, next);
                (spacesBefore, spaces) = (0, spaces & ~upToEnd);
                if (_plainCount == RecordsTogether) return;
            }

            if (masks.Quotes != 0) return;
            fields += count;
            spacesBefore |= spaces;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Scanned TakePlain()
    {
        var record = _plain[_nextPlain++];
        (_firstField, FieldCount) = (record.FirstField, record.FieldCount);
        if (record.HasSpaces) TrimFields();
        return Finish(record.LineEnd, newLines: 1);
    }
}
