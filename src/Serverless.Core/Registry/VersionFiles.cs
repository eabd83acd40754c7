
namespace Serverless.Core.Registry;

/// <summary>A version's files, apart from those that name its number.</summary>
/// <param name="Onnx">Null if the model cannot be exported to ONNX.</param>
public sealed record VersionFiles(ReadOnlyMemory<byte> Model, byte[]? Onnx = null);
