using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Serverless.Learning.Trainers;

/// <summary>Reads little-endian values from a scorer's payload and refuses to read past its end.</summary>
public ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>Number of unread bytes.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>
    /// A UTF-8 text preceded by its length in bytes, as <see cref="BinaryWriter.Write(string)"/> writes it.
    /// </summary>
    public string ReadString()
    {
        var (length, shift, more) = (0, 0, true);
        for (; more; shift += 7)
        {
            if (shift > 28)
            {
                throw new InvalidDataException("Expected the length of a text, found more than 5 bytes of it.");
            }

            var part = Take(1)[0];
            length |= (part & 0x7F) << shift;
            more = part > 0x7F;
        }

        return length < 0
            ? throw new InvalidDataException($"Expected the length of a text, found {length}.")
            : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>An array preceded by its length.</summary>
    public T[] ReadArray<T>()
        where T : unmanaged
    {
        var count = ReadInt32();
        if (count < 0) throw new InvalidDataException($"Expected a count, found {count}.");
        return MemoryMarshal.Cast<byte, T>(Take((long)count * Unsafe.SizeOf<T>())).ToArray();
    }

    public readonly void ExpectEnd()
    {
        if (_rest.Length > 0) throw new InvalidDataException($"Expected the end, found {_rest.Length} more bytes.");
    }

    private ReadOnlySpan<byte> Take(long bytes)
    {
        if (bytes > _rest.Length)
        {
            throw new InvalidDataException($"Expected {bytes} more bytes, found {_rest.Length}.");
        }

        var taken = _rest[..(int)bytes];
        _rest = _rest[(int)bytes..];
        return taken;
    }
}

public static class PayloadWriting
{
    /// <summary>Writes an array for <see cref="PayloadReader.ReadArray"/>.</summary>
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }
}
