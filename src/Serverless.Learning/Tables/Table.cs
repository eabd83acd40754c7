using Serverless.Learning.Definition;
using Serverless.Learning.Splits;

namespace Serverless.Learning.Tables;

/// <summary>Accepted rows of one or more files as typed columns, in memory.</summary>
public sealed partial class Table
{
    private readonly Dictionary<string, Column> _byName;

    /// <param name="columns">All of the same length: <paramref name="rowCount"/>.</param>
    /// <param name="rowHashes">One per row; see <see cref="RowHashes"/>.</param>
    public Table(IReadOnlyList<Column> columns, int rowCount, ulong[] rowHashes)
    {
        if (rowHashes.Length != rowCount)
        {
            throw new ArgumentException(
                $"Expected {rowCount} row hashes, found {rowHashes.Length}.", nameof(rowHashes));
        }

        foreach (var column in columns)
        {
            if (column.Count != rowCount)
            {
                throw new ArgumentException(
                    $"Column '{column.Name}' has {column.Count} rows, expected {rowCount}.", nameof(columns));
            }
        }

        Columns = columns;
        RowCount = rowCount;
        RowHashes = rowHashes;
        _byName = columns.ToDictionary(c => c.Name);
    }

    public IReadOnlyList<Column> Columns { get; }

    public int RowCount { get; }

    /// <summary>
    /// A hash of each row's id if the schema names one, otherwise of its features' values, independent of their
    /// spelling and of the label. The same row has the same hash in every file and run; <see cref="SplitKeys"/> splits
    /// by it.
    /// </summary>
    public ulong[] RowHashes { get; }

    /// <summary>The same table with one column replaced by another of its name.</summary>
    public Table With(Column column) =>
        new([.. Columns.Select(c => c.Name == column.Name ? column : c)], RowCount, RowHashes);

    /// <summary>Null without such a column.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);
}

public abstract class Column(string name)
{
    public string Name { get; } = name;

    public abstract ColumnType Type { get; }

    public abstract int Count { get; }

    /// <summary>The given rows, in the given order.</summary>
    public Column Select(int[] rows) => this switch
    {
        NumericColumn n =>
            new NumericColumn(Name, Array.ConvertAll(rows, r => n.Values[r]), n.Type == ColumnType.Boolean),
        CategoricalColumn c => new CategoricalColumn(Name, Array.ConvertAll(rows, r => c.Codes[r]), c.Values),
        TimestampColumn t => new TimestampColumn(Name, Array.ConvertAll(rows, r => t.Ticks[r])),
        _ => throw new InvalidOperationException($"Unknown column {GetType().Name}."),
    };
}

/// <summary>
/// Numbers, and booleans as 0 and 1. NaN is a missing value. Values are clamped to the range of float.
/// </summary>
public sealed class NumericColumn(string name, float[] values, bool isBoolean = false) : Column(name)
{
    public override ColumnType Type => isBoolean ? ColumnType.Boolean : ColumnType.Numeric;

    public float[] Values { get; } = values;

    public override int Count => Values.Length;
}

/// <summary>Texts as codes into <see cref="Values"/>; −1 is a missing value.</summary>
public sealed class CategoricalColumn(string name, int[] codes, IReadOnlyList<string> values) : Column(name)
{
    public override ColumnType Type => ColumnType.Categorical;

    public int[] Codes { get; } = codes;

    /// <summary>The distinct texts, in order of first appearance.</summary>
    public IReadOnlyList<string> Values { get; } = values;

    public override int Count => Codes.Length;
}

/// <summary>Timestamps as ticks (100 ns) of UTC; <see cref="Missing"/> is a missing value.</summary>
public sealed class TimestampColumn(string name, long[] ticks) : Column(name)
{
    public const long Missing = long.MinValue;

    public override ColumnType Type => ColumnType.Timestamp;

    public long[] Ticks { get; } = ticks;

    public override int Count => Ticks.Length;
}
