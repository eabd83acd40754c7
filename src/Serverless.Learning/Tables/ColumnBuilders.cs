using Serverless.Csv.Cells;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>Chooses a builder for each column of a schema.</summary>
/// <param name="plan">Null keeps the values of all rows.</param>
/// <param name="capacity">Max rows of the file, if there is a plan.</param>
/// <param name="kept">How many of these are kept with their values.</param>
internal sealed class ColumnBuilders(DatasetSchema schema, BinningPlan? plan, int capacity, int kept)
{
    /// <param name="hashKey">See <see cref="RowHash.Key"/>; 0 excludes the column from row hashes.</param>
    /// <param name="truths">How a file's truth values are written; null for plain ones.</param>
    public ColumnBuilder For(ColumnSchema column, ulong hashKey, CellFormat? truths)
    {
        // A row without label, time or id cannot be split.
        var isTime = schema.TimeColumns.Contains(column.Name);
        var isLabel = column.Role == ColumnRole.Label;
        var required = column.Required || isTime || isLabel || column.Role == ColumnRole.Id;
        var isBinned = plan is not null && column.Role == ColumnRole.Feature;
        var values = isBinned && !isTime ? kept : capacity;
        if (column.Role == ColumnRole.Id) return new IdColumnBuilder(column.Name) { HashKey = hashKey };
        var slots = column.Type is ColumnType.Categorical or ColumnType.Text ? null : Slots(column);
        return column.Type switch
        {
            ColumnType.Numeric => new NumericColumnBuilder(
                column.Name, required, column.Range, isLabel, slots?[0], keepsAll: isTime, values)
            { HashKey = hashKey, IsLabel = isLabel },
            ColumnType.Boolean => new BooleanColumnBuilder(
                column.Name, required, truths, slots?[0], values)
            { HashKey = hashKey },
            ColumnType.Timestamp => new TimestampColumnBuilder(
                column.Name, required, slots, keepsAll: isTime, values)
            { HashKey = hashKey },
            _ => new CategoricalColumnBuilder(
                column.Name, required, column.Values, isBinned ? new RowCodes(capacity) : null, values)
            { HashKey = hashKey, IsLabel = isLabel },
        };
    }

    /// <summary>
    /// Null for columns that are not features: every value of labels and of the time column is needed.
    /// </summary>
    private BinnedSlotBuilder[]? Slots(ColumnSchema column) => plan is null || column.Role != ColumnRole.Feature
        ? null
        : [.. plan.Edges[column.Name].Select(edges => new BinnedSlotBuilder(edges, capacity))];
}
