using System.Runtime.InteropServices;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>
/// Builds one typed column, batch by batch: first it reads a batch's fields and reports the bad ones, then it takes the
/// rows that are good in every column. Columns are independent, so that several can work in parallel.
/// </summary>
public abstract class ColumnBuilder(string name, bool required)
{
    public string Name { get; } = name;

    /// <summary>See <see cref="RowHash.Key"/>; 0 excludes the column from row hashes.</summary>
    public ulong HashKey { get; init; }

    /// <summary>
    /// Positions in the batch whose field makes the row bad, ascending. See <see cref="Explain"/>.
    /// </summary>
    public List<int> Faults { get; } = [];

    /// <summary>Positions in the batch, ascending, of rows without label: they are left out, and are not bad.</summary>
    public List<int> Absent { get; } = [];

    /// <summary>Whether rows without a value are left out instead of being bad.</summary>
    public bool IsLabel { get; init; }

    /// <summary>Before each batch.</summary>
    public void Clear()
    {
        Faults.Clear();
        Absent.Clear();
    }

    /// <summary>Whether any accepted row has a value.</summary>
    public bool HasValue { get; protected set; }

    /// <summary>Bytes of memory in use.</summary>
    public abstract long Size { get; }

    /// <summary>A missing value makes the row bad.</summary>
    protected bool Required { get; } = required;

    /// <summary>Reads the fields of a part of a batch; the parts come in order.</summary>
    /// <param name="place">Index of the field; −1 if the file lacks the column.</param>
    /// <param name="hashes">One sum per row of the batch, to which this column's hash is added.</param>
    public abstract void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes);

    /// <summary>Notes a row without a value.</summary>
    protected void AddMissing(int row)
    {
        if (IsLabel) Absent.Add(row);
        else if (Required) Faults.Add(row);
    }

    /// <summary>Appends the good rows of the batch read last.</summary>
    public abstract void Append(RowBlock batch);

    public Fault Explain(ReadOnlySpan<byte> text) =>
        MissingText.Is(text) ? new Fault(AnomalyCodes.ValueMissing, "a value") : ExplainValue(text);

    /// <summary>The kept values; of every row, if all were kept.</summary>
    public abstract Column Build();

    /// <summary>All rows as bins or codes; null if the values of all rows were kept.</summary>
    public virtual BinnedTableColumn? BuildBinned() => null;

    protected abstract Fault ExplainValue(ReadOnlySpan<byte> text);

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Fault(string Code, string Expected);
}
