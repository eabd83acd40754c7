using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Serverless.Learning.Onnx;

/// <summary>
/// Writes one message in Protocol Buffers' wire format, as far as ONNX files need it. Fields appear in the order
/// written, so the same calls give the same bytes.
/// </summary>
internal sealed class ProtoWriter
{
    private const int VarintType = 0;
    private const int BytesType = 2;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ProtoWriter Write(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
        return this;
    }

    public ProtoWriter Write(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, BytesType);
        Varint((ulong)bytes.Length);
        _buffer.Write(bytes);
        return this;
    }

    public ProtoWriter Write(int field, string text) => Write(field, Encoding.UTF8.GetBytes(text));

    public ProtoWriter Write(int field, ProtoWriter message) => Write(field, message.Written);

    /// <summary>A repeated field, unpacked, as is the default in proto2.</summary>
    public ProtoWriter WriteAll(int field, IEnumerable<long> values)
    {
        foreach (var value in values) Write(field, value);
        return this;
    }

    /// <inheritdoc cref="WriteAll(int, IEnumerable{long})"/>
    public ProtoWriter WriteAll(int field, IEnumerable<string> texts)
    {
        foreach (var text in texts) Write(field, text);
        return this;
    }

    private void Tag(int field, int type) => Varint(((ulong)field << 3) | (uint)type);

    /// <summary>Seven bits per byte, lowest first; the high bit marks all but the last byte.</summary>
    private void Varint(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var length = 0;
        for (; value > 0x7F; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
