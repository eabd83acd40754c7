using System.Runtime.InteropServices;

namespace Serverless.Csv.Formats;

/// <summary>
/// What is needed of the header of a page: Thrift's compact protocol, as parquet.thrift of Apache Parquet has it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ParquetPageHeader
{
    public const int DataPage = 0;
    public const int DictionaryPage = 2;
    public const int DataPageV2 = 3;

    private const int MaxDepth = 8;

    public int Type { get; private set; }

    public int UncompressedSize { get; private set; }

    public int CompressedSize { get; private set; }

    /// <summary>Number of values, nulls among them.</summary>
    public int Values { get; private set; }

    public int Encoding { get; private set; }

    /// <summary>Bytes of the levels before the values, in a page of version 2.</summary>
    public int DefinitionBytes { get; private set; }

    public int RepetitionBytes { get; private set; }

    public bool IsCompressed { get; private set; }

    /// <summary>Reads a header and moves behind it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ParquetPageHeader Read(ref ReadOnlySpan<byte> from)
    {
        var header = new ParquetPageHeader { Type = -1, IsCompressed = true };
        header.ReadStruct(ref from, of: 0, depth: 0);
        if (header.CompressedSize < 0 || header.UncompressedSize < 0 || header.Values < 0) throw Damaged();
        return header;
    }

    /// <param name="of">The field of the page's header that this struct is; 0 for the header itself.</param>
    private void ReadStruct(ref ReadOnlySpan<byte> from, int of, int depth)
    {
        if (depth > MaxDepth) throw Damaged();
        var field = 0;
        while (Byte(ref from) is not 0 and var start)
        {
            var type = start & 0x0F;
            field = start >> 4 == 0 ? (int)ZigZag(ref from) : field + (start >> 4);
            if (type == 12) ReadStruct(ref from, of == 0 ? field : -1, depth + 1);
            else if (type is 1 or 2) Set(of, field, type == 1 ? 1 : 0);
            else if (type is 4 or 5 or 6) Set(of, field, ZigZag(ref from));
            else Skip(ref from, type, depth);
        }
    }

    private void Set(int of, int field, long value)
    {
        var number = (int)value;
        switch (of, field)
        {
            case (0, 1): Type = number; break;
            case (0, 2): UncompressedSize = number; break;
            case (0, 3): CompressedSize = number; break;
            case (5 or 7 or 8, 1): Values = number; break;
            case (5 or 7, 2) or (8, 4): Encoding = number; break;
            case (8, 5): DefinitionBytes = number; break;
            case (8, 6): RepetitionBytes = number; break;
            case (8, 7): IsCompressed = number != 0; break;
        }
    }

    private void Skip(ref ReadOnlySpan<byte> from, int type, int depth)
    {
        switch (type)
        {
            case 3: Byte(ref from); break;
            case 7: Pass(ref from, sizeof(double)); break;
            case 8: Pass(ref from, Varint(ref from)); break;
            case 9 or 10: SkipList(ref from, depth); break;
            default: throw Damaged();
        }
    }

    private void SkipList(ref ReadOnlySpan<byte> from, int depth)
    {
        if (depth > MaxDepth) throw Damaged();
        var start = Byte(ref from);
        var count = start >> 4 == 15 ? Varint(ref from) : (ulong)(start >> 4);
        for (; count > 0; count--)
        {
            if ((start & 0x0F) == 12) ReadStruct(ref from, of: -1, depth + 1);
            else if ((start & 0x0F) is 4 or 5 or 6) Varint(ref from);
            else if ((start & 0x0F) is 1 or 2) Byte(ref from);
            else Skip(ref from, start & 0x0F, depth + 1);
        }
    }

    private static void Pass(ref ReadOnlySpan<byte> from, ulong count) =>
        from = count <= (ulong)from.Length ? from[(int)count..] : throw Damaged();

    private static byte Byte(ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty) throw Damaged();
        var value = from[0];
        from = from[1..];
        return value;
    }

    internal static ulong Varint(ref ReadOnlySpan<byte> from)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = Byte(ref from);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
            if ((shift += 7) > 63) throw Damaged();
        }
    }

    private static long ZigZag(ref ReadOnlySpan<byte> from)
    {
        var value = Varint(ref from);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static InvalidDataException Damaged() => new("The header of a page is damaged.");
}
