using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>A text whose lines end with CR alone, as old Macs and Excel's 'CSV (Macintosh)' have it.</summary>
internal sealed class CarriageReturnText(Stream text) : ForwardStream
{
    /// <param name="start">The text's beginning.</param>
    public static bool Is(ReadOnlySpan<byte> start) =>
        !start.Contains((byte)'\n') && start.TrimEnd((byte)'\r').Contains((byte)'\r');

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await text.ReadAsync(buffer, cancellationToken);
        buffer.Span[..read].Replace((byte)'\r', (byte)'\n');
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}
