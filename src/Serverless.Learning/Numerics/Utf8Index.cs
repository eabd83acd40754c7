using System.Buffers.Binary;
using System.Text;

namespace Serverless.Learning.Numerics;

/// <summary>Finds names by their UTF-8 bytes, as in a request, without creating strings. Immutable.</summary>
public sealed class Utf8Index
{
    private readonly byte[][] _names;
    private readonly int[] _table;

    /// <param name="names">Distinct names.</param>
    public Utf8Index(IReadOnlyList<string> names)
    {
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        // At most half full: a look-up is usually one comparison, hit or miss.
        _table = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * names.Count))];
        for (var i = 0; i < _names.Length; i++)
        {
            var at = Hash(_names[i]) & (_table.Length - 1);
            while (_table[at] != 0) at = (at + 1) & (_table.Length - 1);
            _table[at] = i + 1;
        }
    }

    public int Count => _names.Length;

    public ReadOnlySpan<byte> Name(int index) => _names[index];

    /// <returns>The name's index, or −1.</returns>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        for (var at = Hash(utf8) & (_table.Length - 1); _table[at] != 0; at = (at + 1) & (_table.Length - 1))
        {
            if (utf8.SequenceEqual(_names[_table[at] - 1])) return _table[at] - 1;
        }

        return -1;
    }

    // Names come from the model, so requests cannot provoke collisions.
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        const ulong odd = 0x9E3779B97F4A7C15;
        var hash = (ulong)utf8.Length * odd;
        for (; utf8.Length >= 8; utf8 = utf8[8..])
        {
            hash = Mix((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8)) * odd);
        }

        ulong rest = 0;
        foreach (var b in utf8) rest = (rest << 8) | b;
        return (int)(Mix((hash ^ rest) * odd) >> 33);
    }

    private static ulong Mix(ulong value) => value ^ (value >> 32);
}
