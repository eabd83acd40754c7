using System.Runtime.InteropServices;

namespace Serverless.Core.Serving;

/// <summary>One predict request, independent of the answering version.</summary>
/// <param name="body">UTF-8, in the request's format.</param>
/// <param name="format">Reads rows and writes answers.</param>
/// <param name="headers">May contain the key that assigns the request to a side of a canary.</param>
[StructLayout(LayoutKind.Auto)]
public readonly struct PredictCall(ReadOnlyMemory<byte> body, RequestFormat format, RequestHeaders headers)
{
    public ReadOnlyMemory<byte> Body { get; } = body;

    public RequestFormat Format { get; } = format;

    public RequestHeaders Headers { get; } = headers;
}
