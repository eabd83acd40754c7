using System.Runtime.InteropServices;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>
/// Fills one typed column, batch by batch: first it reads a batch's fields and says which are bad, then it takes the
/// rows that are good in every column. Columns do not know of each other, so that several can work at once.
/// </summary>
public abstract class ColumnBuilder(string name, bool required)
{
    public string Name { get; } = name;

    /// <summary>See <see cref="RowHash.Key"/>; 0 where the column does not count.</summary>
    public ulong HashKey { get; init; }

    /// <summary>Positions in the batch whose field makes the row bad, ascending; cleared by who begins a batch. See <see cref="Explain"/>.</summary>
    public List<int> Faults { get; } = [];

    /// <summary>Whether an accepted row has a value.</summary>
    public bool HasValue { get; protected set; }

    /// <summary>Bytes of memory in use.</summary>
    public abstract long Size { get; }

    /// <summary>A missing value makes the row bad.</summary>
    protected bool Required { get; } = required;

    /// <summary>Reads the fields of a part of a batch; the parts come in order.</summary>
    /// <param name="place">Index of the field; −1 where the file lacks the column.</param>
    /// <param name="hashes">One for each row of the batch: this column's part is added.</param>
    public abstract void Read(RecordBlock batch, int place, int from, int to, Span<ulong> hashes);

    /// <summary>Takes over the good rows of the batch that was read last.</summary>
    public abstract void Append(RecordBlock batch);

    public Fault Explain(ReadOnlySpan<byte> text) =>
        MissingText.Is(text) ? new Fault(AnomalyCodes.ValueMissing, "a value") : ExplainValue(text);

    /// <summary>The values that were kept; of every row, where all were.</summary>
    public abstract Column Build();

    /// <summary>All rows in the form in which large files are held; null where the values of all rows were kept.</summary>
    public virtual BinnedTableColumn? BuildCompact() => null;

    protected abstract Fault ExplainValue(ReadOnlySpan<byte> text);

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Fault(string Code, string Expected);
}
