using System.Buffers.Binary;
using System.Text;

namespace Serverless.Local.Tests.Telemetry;

/// <summary>
/// Just enough of protobuf's wire format to look into what an exporter sends: fields by number, no schema.
/// </summary>
internal sealed class Protobuf(ReadOnlyMemory<byte> message)
{
    public string Text => Encoding.UTF8.GetString(message.Span);

    public string Hex => Convert.ToHexStringLower(message.Span);

    /// <summary>The messages, texts or bytes in all fields of a number.</summary>
    public IEnumerable<Protobuf> All(int field) =>
        Fields().Where(f => f.Number == field).Select(f => new Protobuf(f.Bytes));

    public Protobuf? Find(int field) => All(field).FirstOrDefault();

    public long Number(int field) => Fields().FirstOrDefault(f => f.Number == field).Value;

    private IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes, long Value)> Fields()
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(ref at);
            var (number, kind) = ((int)(tag >> 3), tag & 7);
            switch (kind)
            {
                case 0:
                    yield return (number, default, (long)Varint(ref at));
                    break;
                case 1:
                    yield return (number, default, BinaryPrimitives.ReadInt64LittleEndian(message.Span[at..]));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(ref at);
                    yield return (number, message.Slice(at, length), 0);
                    at += length;
                    break;
                case 5:
                    yield return (number, default, BinaryPrimitives.ReadInt32LittleEndian(message.Span[at..]));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Field {number} has the unknown wire type {kind}.");
            }
        }
    }

    private ulong Varint(ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message.Span[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }
}
