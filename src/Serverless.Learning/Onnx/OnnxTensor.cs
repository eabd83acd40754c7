using System.Runtime.InteropServices;

namespace Serverless.Learning.Onnx;

/// <summary>Types of elements, by their numbers in <c>onnx.proto</c>.</summary>
internal enum OnnxType
{
    Float = 1,
    Byte = 2,
    Int64 = 7,
    Text = 8,
    Double = 11,
}

/// <summary>Constant tensors: TensorProto.</summary>
internal static class OnnxTensor
{
    /// <summary>A scalar, which broadcasts to every shape.</summary>
    public static ProtoWriter Of(double value) => Raw(OnnxType.Double, MemoryMarshal.AsBytes<double>([value]), []);

    /// <param name="shape">Empty for a vector.</param>
    public static ProtoWriter Of(double[] values, params ReadOnlySpan<long> shape) =>
        Raw(OnnxType.Double, MemoryMarshal.AsBytes<double>(values), shape.IsEmpty ? [values.Length] : shape);

    public static ProtoWriter Of(long[] values) =>
        Raw(OnnxType.Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    public static ProtoWriter Of(byte[] values) => Raw(OnnxType.Byte, values, [values.Length]);

    public static ProtoWriter Of(IReadOnlyList<string> texts) =>
        new ProtoWriter().Write(1, texts.Count).Write(2, (long)OnnxType.Text).WriteAll(6, texts);

    /// <param name="bytes">Little-endian, as on every processor that .NET supports.</param>
    private static ProtoWriter Raw(OnnxType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        var tensor = new ProtoWriter();
        foreach (var length in shape) tensor.Write(1, length);
        return tensor.Write(2, (long)type).Write(9, bytes);
    }
}

/// <summary>Attributes of operators: AttributeProto.</summary>
internal static class OnnxAttribute
{
    public static ProtoWriter Of(string name, long value) => Named(name, 2).Write(3, value);

    public static ProtoWriter Of(string name, string text) => Named(name, 3).Write(4, text);

    public static ProtoWriter Of(string name, IEnumerable<long> values) => Named(name, 7).WriteAll(8, values);

    public static ProtoWriter Of(string name, IEnumerable<string> texts) => Named(name, 8).WriteAll(9, texts);

    public static ProtoWriter Of(string name, ProtoWriter tensor) => Named(name, 4).Write(5, tensor);

    private static ProtoWriter Named(string name, int type) => new ProtoWriter().Write(1, name).Write(20, type);
}
