using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Csv.Records;

/// <summary>
/// Fast access to a batch's fields in a loop: the lookups that lead to a field are done once, not per field.
/// </summary>
public readonly ref struct BlockFields
{
    private readonly ref int _firstFields;
    private readonly ref CsvTokenizer.FieldPlace _places;
    private readonly ref byte _text;
    private readonly ReadOnlySpan<byte> _unescaped;

    public BlockFields(
        ref int firstFields, ref CsvTokenizer.FieldPlace places, ref byte text, ReadOnlySpan<byte> unescaped)
    {
        _firstFields = ref firstFields;
        _places = ref places;
        _text = ref text;
        _unescaped = unescaped;
    }

    /// <param name="row">Below the batch's count.</param>
    /// <param name="column">Index of the field; −1 if the file lacks the column.</param>
    public ReadOnlySpan<byte> this[int row, int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (column < 0) return default;
            var place = Unsafe.Add(ref _places, Unsafe.Add(ref _firstFields, row) + column);
            return place.Start >= 0
                ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, place.Start), place.Length)
                : _unescaped.Slice(~place.Start, place.Length);
        }
    }

    /// <summary>Parses eight consecutive rows at once; see <see cref="Avx512NumberParser.Read"/>.</summary>
    /// <param name="column">Index of the field, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadEight(int row, int column, out Vector512<double> values) =>
        Avx512NumberParser.Read(
            ref _text, ref Unsafe.Add(ref _places, column), ref Unsafe.Add(ref _firstFields, row), out values);
}
