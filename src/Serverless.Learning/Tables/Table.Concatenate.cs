using System.Runtime.InteropServices;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Tables;

public sealed partial class Table
{
    /// <summary>Concatenates the rows of several tables. Equal categories share one code in the result.</summary>
    /// <param name="tables">At least one; all with the same columns, of the same types and in the same order.</param>
    /// <exception cref="ArgumentException">The tables' columns differ.</exception>
    public static Table Concatenate(IReadOnlyList<Table> tables)
    {
        if (tables.Count == 0) throw new ArgumentException("Expected at least one table, found none.", nameof(tables));
        if (tables.Count == 1) return tables[0];

        var first = tables[0].Columns;
        foreach (var table in tables)
        {
            if (!table.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(first.Select(c => (c.Name, c.Type))))
            {
                throw new ArgumentException("Expected tables with the same columns, found others.", nameof(tables));
            }
        }

        return new Table(
            [.. first.Select((_, i) => Concatenate([.. tables.Select(t => t.Columns[i])]))],
            tables.Sum(t => t.RowCount),
            [.. tables.SelectMany(t => t.RowHashes)]);
    }

    /// <summary>Concatenates columns of the same name and type.</summary>
    internal static Column Concatenate(Column[] parts) => parts[0] switch
    {
        NumericColumn n => new NumericColumn(
            n.Name, [.. parts.SelectMany(p => ((NumericColumn)p).Values)], n.Type == ColumnType.Boolean),
        TimestampColumn t => new TimestampColumn(t.Name, [.. parts.SelectMany(p => ((TimestampColumn)p).Ticks)]),
        _ => Merge([.. parts.Cast<CategoricalColumn>()]),
    };

    private static CategoricalColumn Merge(CategoricalColumn[] parts)
    {
        var values = new List<string>();
        var codeOf = new Dictionary<string, int>();
        var codes = new int[parts.Sum(p => p.Count)];
        var row = 0;
        foreach (var part in parts)
        {
            var newCodes = new int[part.Values.Count];
            for (var i = 0; i < newCodes.Length; i++)
            {
                ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(codeOf, part.Values[i], out var known);
                if (!known)
                {
                    code = values.Count;
                    values.Add(part.Values[i]);
                }

                newCodes[i] = code;
            }

            foreach (var code in part.Codes) codes[row++] = code < 0 ? code : newCodes[code];
        }

        return new CategoricalColumn(parts[0].Name, codes, values);
    }
}
