using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>Chooses how each column of a schema is read.</summary>
/// <param name="plan">Null: the values of all rows are kept.</param>
/// <param name="capacity">The most rows that the file can have, where there is a plan.</param>
/// <param name="kept">Of these, how many are kept with their values.</param>
internal sealed class ColumnBuilders(DatasetSchema schema, BinningPlan? plan, int capacity, int kept)
{
    /// <param name="hashKey">See <see cref="RowHash.Key"/>; 0 where the column does not count.</param>
    public ColumnBuilder For(ColumnSchema column, ulong hashKey)
    {
        // A row without its answer, its time or its subject has no place in any split.
        var isTime = column.Name == schema.Time;
        var isLabel = column.Role == ColumnRole.Label;
        var required = column.Required || isTime || isLabel || column.Role == ColumnRole.Id;
        var isCompact = plan is not null && column.Role == ColumnRole.Feature;
        var values = isCompact && !isTime ? kept : capacity;
        if (column.Role == ColumnRole.Id) return new IdColumnBuilder(column.Name) { HashKey = hashKey };
        return column.Type switch
        {
            ColumnType.Numeric => new NumericColumnBuilder(
                column.Name, required, column.Range, isLabel, Slots(column) is [var slot] ? slot : null, keepsAll: isTime, values)
            { HashKey = hashKey },
            ColumnType.Boolean => new BooleanColumnBuilder(column.Name, required, Slots(column) is [var slot] ? slot : null, values) { HashKey = hashKey },
            ColumnType.Timestamp => new TimestampColumnBuilder(column.Name, required, Slots(column), keepsAll: isTime, values) { HashKey = hashKey },
            _ => new CategoricalColumnBuilder(
                column.Name, required, column.Values, isCompact ? new RowCodes(capacity) : null, values)
            { HashKey = hashKey },
        };
    }

    /// <summary>Null for what is no feature: of labels and of the time column every value is needed.</summary>
    private BinnedSlotBuilder[]? Slots(ColumnSchema column) => plan is null || column.Role != ColumnRole.Feature
        ? null
        : [.. plan.Edges[column.Name].Select(edges => new BinnedSlotBuilder(edges, capacity))];
}
