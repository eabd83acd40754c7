using System.Runtime.InteropServices;

namespace Serverless.Core.Storage;

/// <summary>A read-only stream over existing memory, without a copy if it is an array.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> memory) : MemoryStream(
    ToArray(memory).Array!, ToArray(memory).Offset, ToArray(memory).Count, writable: false)
{
    private static ArraySegment<byte> ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is not null
            ? segment
            : new ArraySegment<byte>(memory.ToArray());
}
