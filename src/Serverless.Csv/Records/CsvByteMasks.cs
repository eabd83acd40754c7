using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Serverless.Csv.Records;

/// <summary>
/// Finds the bytes at which a CSV field may begin or end, 64 at a time (Langdale and Lemire, VLDB Journal 2019).
/// </summary>
internal static class CsvByteMasks
{
    /// <summary>Bit i: the byte at <paramref name="start"/> + i is a delimiter, a quote or a line end.</summary>
    /// <param name="buffer">Has at least 64 bytes from <paramref name="start"/> on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(byte[] buffer, int start, Vector256<byte> delimiters)
    {
        ref var bytes = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(buffer), start);
        var low = In(Vector256.LoadUnsafe(ref bytes), delimiters);
        var high = In(Vector256.LoadUnsafe(ref bytes, 32), delimiters);
        return low | ((ulong)high << 32);
    }

    /// <summary>
    /// As <see cref="At"/> but with one mask per kind, and a mask of white space and control characters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Masks MasksAt(byte[] buffer, int start, Vector256<byte> delimiters)
    {
        ref var bytes = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(buffer), start);
        if (Vector512.IsHardwareAccelerated)
        {
            var all = Vector512.LoadUnsafe(ref bytes);
            return new Masks(
                Vector512.Equals(all, Vector512.Create(delimiters, delimiters)).ExtractMostSignificantBits(),
                Vector512.Equals(all, Vector512.Create((byte)'"')).ExtractMostSignificantBits(),
                Vector512.Equals(all, Vector512.Create((byte)'\n')).ExtractMostSignificantBits(),
                Vector512.LessThanOrEqual(all, Vector512.Create((byte)' ')).ExtractMostSignificantBits());
        }

        var low = Vector256.LoadUnsafe(ref bytes);
        var high = Vector256.LoadUnsafe(ref bytes, 32);
        return new Masks(
            Equal(low, high, delimiters),
            Equal(low, high, Vector256.Create((byte)'"')),
            Equal(low, high, Vector256.Create((byte)'\n')),
            UpToSpace(low) | ((ulong)UpToSpace(high) << 32));
    }

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Masks(ulong Delimiters, ulong Quotes, ulong LineEnds, ulong Spaces);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint UpToSpace(Vector256<byte> bytes) =>
        Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)' ')), bytes).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector256<byte> low, Vector256<byte> high, Vector256<byte> to) =>
        Vector256.Equals(low, to).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, to).ExtractMostSignificantBits() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint In(Vector256<byte> bytes, Vector256<byte> delimiters) =>
        (Vector256.Equals(bytes, delimiters)
            | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'"'))).ExtractMostSignificantBits();
}
