namespace Serverless.Csv.Cells;

/// <summary>A format whose column also has words of its own for a missing value.</summary>
/// <param name="inner">For the other cells; null leaves them as they are.</param>
/// <param name="words">UTF-8, compared byte by byte.</param>
public sealed class MissingFormat(CellFormat? inner, IReadOnlyList<byte[]> words) : CellFormat
{
    public CellFormat? Inner => inner;

    public IReadOnlyList<byte[]> Words => words;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        foreach (var word in words)
        {
            if (cell.SequenceEqual(word)) return 0;
        }

        return inner?.Write(cell, to) ?? -1;
    }

    public override string ToString() => inner?.ToString() ?? "";
}
