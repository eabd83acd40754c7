using System.Runtime.InteropServices;

namespace Serverless.Datasets;

/// <summary>Fills one typed column row by row. A row's value may be overwritten until the next row is begun.</summary>
internal abstract class ColumnBuilder(string name, bool required)
{
    public string Name { get; } = name;

    /// <summary>A missing value makes the row bad.</summary>
    protected bool Required { get; } = required;

    /// <summary>Memory per row, and of what grows with the number of distinct values.</summary>
    public abstract int BytesPerRow { get; }

    public virtual long FurtherBytes => 0;

    /// <summary>Puts a field at a row. False: the row is bad, <see cref="Explain"/> says why.</summary>
    /// <param name="hash">The text's <see cref="FieldHash"/>.</param>
    public abstract bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row);

    /// <summary>Forgets what a bad row has left behind beyond its place in the column.</summary>
    public virtual void Discard(int row)
    {
    }

    public Fault Explain(ReadOnlySpan<byte> text) =>
        MissingText.Is(text) ? new Fault(AnomalyCodes.ValueMissing, "a value") : ExplainValue(text);

    public abstract Column Build(int rows);

    protected abstract Fault ExplainValue(ReadOnlySpan<byte> text);

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Fault(string Code, string Expected);
}
