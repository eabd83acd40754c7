using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Serverless.Training;

namespace Serverless.Datasets;

/// <summary>
/// A 64-bit hash over fields, the same on every machine: 8 bytes at a time through a folded 128-bit product, as in Wang Yi's
/// wyhash (github.com/wangyi-fudan/wyhash). Each field's length goes in too, so that 'a,bc' and 'ab,c' differ.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct RowHash()
{
    private const ulong WordKey = 0xA0761D6478BD642F;
    private const ulong LengthKey = 0xE7037ED1A0B428DB;

    private ulong _state = 0x9E3779B97F4A7C15;

    public readonly ulong Value => SplitMix64.Mix(_state);

    public static ulong Of(ReadOnlySpan<byte> field)
    {
        var hash = new RowHash();
        hash.Add(field);
        return hash.Value;
    }

    public void Add(ReadOnlySpan<byte> field)
    {
        var length = (ulong)field.Length;
        while (field.Length >= 8)
        {
            _state = Fold(_state ^ BinaryPrimitives.ReadUInt64LittleEndian(field), WordKey);
            field = field[8..];
        }

        ulong rest = 0;
        foreach (var b in field) rest = (rest << 8) | b;
        _state = Fold(_state ^ rest ^ (length << 56), LengthKey);
    }

    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out var low) ^ low;
}
