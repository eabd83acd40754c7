using System.Runtime.InteropServices;

namespace Serverless.Core.Serving;

/// <summary>One request for predictions, whichever version answers it.</summary>
/// <param name="body">What the format reads; UTF-8.</param>
/// <param name="format">How rows are read and the answer is written.</param>
/// <param name="headers">May decide by which version of a canary the request is answered.</param>
[StructLayout(LayoutKind.Auto)]
public readonly struct PredictCall(ReadOnlyMemory<byte> body, RequestFormat format, RequestHeaders headers)
{
    public ReadOnlyMemory<byte> Body { get; } = body;

    public RequestFormat Format { get; } = format;

    public RequestHeaders Headers { get; } = headers;
}
