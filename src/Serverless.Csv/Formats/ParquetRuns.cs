using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Serverless.Csv.Formats;

/// <summary>
/// Levels and indices of a dictionary: runs of one value, and values packed bit by bit (RLE/bit-packing hybrid of
/// Apache Parquet).
/// </summary>
internal static class ParquetRuns
{
    private const int MaxWidth = 32;

    /// <param name="width">Bits of a value.</param>
    /// <param name="to">As many values as there are.</param>
    /// <exception cref="InvalidDataException">There are fewer, or they are damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ReadOnlySpan<byte> from, int width, Span<int> to)
    {
        if (width is < 0 or > MaxWidth) throw Damaged();
        while (!to.IsEmpty)
        {
            var header = ParquetPageHeader.Varint(ref from);
            if ((header >> 1) == 0) throw Damaged();
            if ((header & 1) == 0)
            {
                var bytes = (width + 7) / 8;
                if (from.Length < bytes) throw Damaged();
                var value = 0;
                for (var i = 0; i < bytes; i++) value |= from[i] << (8 * i);
                var run = (int)Math.Min(header >> 1, (ulong)to.Length);
                to[..run].Fill(value);
                from = from[bytes..];
                to = to[run..];
            }
            else
            {
                var count = (int)Math.Min((header >> 1) * 8, (ulong)to.Length);
                var bytes = (long)Math.Min((header >> 1) * (ulong)width, (ulong)from.Length);
                if (bytes * 8 < (long)count * width) throw Damaged();
                Unpack(from, width, to[..count]);
                from = from[(int)bytes..];
                to = to[count..];
            }
        }
    }

    private static void Unpack(ReadOnlySpan<byte> from, int width, Span<int> to)
    {
        var mask = (1UL << width) - 1;
        var (bit, row) = (0L, 0);
        for (; row < to.Length && (bit >> 3) + sizeof(ulong) <= from.Length; row++, bit += width)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(from[(int)(bit >> 3)..]);
            to[row] = (int)((word >> (int)(bit & 7)) & mask);
        }

        Span<byte> last = stackalloc byte[2 * sizeof(ulong)];
        for (; row < to.Length; row++, bit += width)
        {
            var rest = from[(int)Math.Min(bit >> 3, from.Length)..];
            last.Clear();
            rest[..Math.Min(rest.Length, sizeof(ulong))].CopyTo(last);
            to[row] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(last) >> (int)(bit & 7)) & mask);
        }
    }

    private static InvalidDataException Damaged() => new("The runs of a page are damaged.");
}
