using System.Buffers.Text;

namespace Serverless.Csv.Cells;

/// <summary>Times of day and durations, <c>9:05</c>, <c>09:05:30</c> or <c>125:00:00</c>, as seconds.</summary>
public sealed class DurationFormat : CellFormat
{
    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if (!Utf8Parser.TryParse(cell, out uint hours, out var at) || at > 5) return -1;
        var rest = cell[at..];
        if (!TrySixty(ref rest, out var minutes)) return -1;
        var seconds = 0;
        if (!rest.IsEmpty && !TrySixty(ref rest, out seconds)) return -1;
        if (!rest.IsEmpty) return -1;
        Utf8Formatter.TryFormat((3600L * hours) + (60 * minutes) + seconds, to, out var written);
        return written;
    }

    public override string ToString() => "times of day or durations, in seconds";

    /// <summary>Takes a colon and two digits below sixty.</summary>
    private static bool TrySixty(ref ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text is not [(byte)':', >= (byte)'0' and <= (byte)'5', >= (byte)'0' and <= (byte)'9', ..]) return false;
        value = (10 * (text[1] - '0')) + (text[2] - '0');
        text = text[3..];
        return true;
    }
}
