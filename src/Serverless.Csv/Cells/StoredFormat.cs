namespace Serverless.Csv.Cells;

/// <summary>
/// How cells were written before they were stored typed, or rewritten: it tells their notation, and leaves them as
/// they are.
/// </summary>
/// <param name="source">The format by which the source's cells were read.</param>
public sealed class StoredFormat(CellFormat source) : CellFormat
{
    public CellFormat Source => source;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to) => -1;

    public override string ToString() => source.ToString();
}
