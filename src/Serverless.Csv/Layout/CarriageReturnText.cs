using System.Buffers;
using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>A text whose lines end with CR alone, as old Macs and Excel's 'CSV (Macintosh)' have it.</summary>
internal sealed class CarriageReturnText(Stream text) : ForwardStream
{
    private static readonly SearchValues<byte> _ends = SearchValues.Create("\r\n\""u8);

    /// <summary>Whether all lines end so. Within quotes a line feed breaks the line of a cell.</summary>
    /// <param name="start">The text's beginning.</param>
    public static bool Is(ReadOnlySpan<byte> start)
    {
        start = start.TrimEnd((byte)'\r');
        var (quoted, some) = (false, false);
        while (start.IndexOfAny(_ends) is >= 0 and var at)
        {
            if (start[at] == '"') quoted = !quoted;
            else if (!quoted && start[at] == '\n') return false;
            else some |= !quoted;
            start = start[(at + 1)..];
        }

        return some;
    }

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
