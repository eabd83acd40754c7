using System.Buffers;

namespace Serverless.Learning.Reading;

/// <summary>Writes bad rows as stored, after the file's header. Opens nothing without bad rows.</summary>
public sealed class QuarantineWriter(Func<Stream>? open, byte[] header)
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private Stream? _destination;

    public void Add(ReadOnlySpan<byte> record)
    {
        if (open is null) return;
        if (_destination is null)
        {
            _destination = open();
            if (header.Length > 0) AddLine(header);
        }

        AddLine(record);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.WrittenCount == 0) return;
        await _destination!.WriteAsync(_pending.WrittenMemory, cancellationToken);
        _pending.ResetWrittenCount();
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        _pending.Write(line);
        _pending.Write("\n"u8);
    }
}
