using Serverless.Training;
using Serverless.Training.Trees;

namespace Serverless.Datasets;

/// <summary>Decides how files are held, from samples of their rows.</summary>
internal static class CompactPlanner
{
    /// <param name="samples">Of the files that will be read together.</param>
    /// <param name="maximumRows">How many rows are held as typed columns; null: <see cref="CompactPlan.RowsFor"/>.</param>
    /// <returns>Null where the values of all rows can be kept.</returns>
    public static CompactPlan? For(DatasetSchema schema, IReadOnlyList<FileSample> samples, int? maximumRows = null)
    {
        var rows = samples.Sum(s => s.Rows.Seen);
        var kept = maximumRows ?? CompactPlan.RowsFor(schema.Features.Count());
        if (rows <= kept) return null;

        // Every row of every sample is to stand for as many rows of its file.
        var every = samples.Max(s => s.Rows.Every);
        var features = schema.Features.Where(c => c.Type != ColumnType.Categorical);
        return new CompactPlan((double)kept / rows, features.ToDictionary(c => c.Name, c => Edges(c, samples, every)));
    }

    private static BinEdges[] Edges(ColumnSchema column, IReadOnlyList<FileSample> samples, long every)
    {
        var slots = new List<float>[column.Type == ColumnType.Timestamp ? CalendarParts.Names.Count : 1];
        foreach (ref var slot in slots.AsSpan()) slot = [];
        Span<float> values = stackalloc float[slots.Length];
        foreach (var (names, rows) in samples)
        {
            var place = names.ToList().IndexOf(column.Name);
            for (var row = 0; place >= 0 && row < rows.Count; row++)
            {
                if (rows.Number(row) % every != 0 || !TryRead(column.Type, rows.Field(row, place), values)) continue;
                for (var i = 0; i < slots.Length; i++) slots[i].Add(values[i]);
            }
        }

        return Array.ConvertAll(slots, slot =>
        {
            slot.Sort();
            return BinEdges.OfQuantiles(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slot), BinnedColumn.MaxValueBins);
        });
    }

    private static bool TryRead(ColumnType type, ReadOnlySpan<byte> text, Span<float> values)
    {
        switch (type)
        {
            case ColumnType.Timestamp:
                if (!TimestampText.TryParse(text, out var ticks)) return false;
                CalendarParts.Write(ticks, values);
                return true;
            case ColumnType.Boolean:
                if (!BooleanText.TryParse(text, out var truth)) return false;
                values[0] = SlotValues.FromBoolean(truth);
                return true;
            default:
                if (!NumberText.TryParse(text, out var number)) return false;
                values[0] = NumberText.ToFloat(number);
                return true;
        }
    }
}
