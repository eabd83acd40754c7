namespace Serverless.Csv.Cells;

/// <summary>
/// How one column's cells are written in one file. It rewrites them into the notation that everything behind the
/// tokenizer reads: numbers with a decimal point, ISO 8601 timestamps in UTC, true and false.
/// </summary>
public abstract class CellFormat
{
    /// <summary>Max bytes of a rewritten cell.</summary>
    public const int MaxBytes = 64;

    /// <summary>Rewrites a cell.</summary>
    /// <param name="cell">As written in the file, without quotes and surrounding blanks.</param>
    /// <param name="to">Room for <see cref="MaxBytes"/>.</param>
    /// <returns>The bytes written; −1 if the cell does not fit the format, and stays as it is.</returns>
    public abstract int Write(ReadOnlySpan<byte> cell, Span<byte> to);

    /// <summary>Whether a cell fits the format.</summary>
    public bool Fits(ReadOnlySpan<byte> cell)
    {
        Span<byte> canonical = stackalloc byte[MaxBytes];
        return Write(cell, canonical) >= 0;
    }

    /// <summary>For people, such as <c>numbers with a decimal comma</c>.</summary>
    public abstract override string ToString();

    /// <summary>The text as a cell of this length.</summary>
    protected static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }
}
