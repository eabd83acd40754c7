namespace Serverless.Csv.Cells;

/// <summary>What one cell tells about how its column's numbers are written.</summary>
public readonly ref struct NumberShape
{
    private NumberShape(NumberText parts, bool withPoint, bool withComma)
    {
        Prefix = parts.Prefix;
        Suffix = parts.Suffix;
        (WithPoint, WithComma) = (withPoint, withComma);
    }

    /// <summary>The unit before the number.</summary>
    public ReadOnlySpan<byte> Prefix { get; }

    /// <summary>The unit behind the number.</summary>
    public ReadOnlySpan<byte> Suffix { get; }

    /// <summary>It is a number if the decimal sign is a point.</summary>
    public bool WithPoint { get; }

    /// <summary>It is a number if the decimal sign is a comma.</summary>
    public bool WithComma { get; }

    /// <returns>False if the cell is no number in any notation.</returns>
    public static bool TryRead(ReadOnlySpan<byte> cell, out NumberShape shape)
    {
        shape = default;
        if (!NumberText.TrySplit(cell, out var parts) || !NumberText.IsUnit(parts.Prefix, parts.Suffix)) return false;
        Span<byte> digits = stackalloc byte[CellFormat.MaxBytes];
        var withPoint = NumberFormat.WriteBody(parts.Body, (byte)'.', digits) > 0;
        var withComma = NumberFormat.WriteBody(parts.Body, (byte)',', digits) > 0;
        shape = new NumberShape(parts, withPoint, withComma);
        return withPoint || withComma;
    }
}
