using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Features;

/// <summary>Plans from samples how files are held in memory.</summary>
public static class BinningPlanner
{
    /// <param name="samples">Samples of the files to be read together.</param>
    /// <param name="threads">Max threads; the plan does not depend on it.</param>
    /// <param name="maxRows">Max rows to hold as typed columns; default <see cref="BinningPlan.RowsFor"/>.</param>
    /// <returns>Null if the values of all rows can be kept.</returns>
    public static BinningPlan? For(
        DatasetSchema schema, IReadOnlyList<FileSample> samples, int threads, int? maxRows = null)
    {
        var rows = samples.Sum(s => s.Rows.Seen);
        var kept = maxRows ?? BinningPlan.RowsFor(schema.Features.Count());
        if (rows <= kept) return null;

        // All samples are thinned to the coarsest stride, a power of two, so that every row stands for as many rows of
        // its file.
        var every = samples.Max(s => s.Rows.Every);
        var columns = schema.Features
            .Where(c => c.Type is not (ColumnType.Categorical or ColumnType.Text)).ToList();
        var edges = new BinThresholds[columns.Count][];
        OrderedParallel.For(threads, edges.Length, i => edges[i] = Edges(columns[i], samples, every));
        return new BinningPlan((double)kept / rows, columns.Zip(edges).ToDictionary(c => c.First.Name, c => c.Second));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static BinThresholds[] Edges(ColumnSchema column, IReadOnlyList<FileSample> samples, long every)
    {
        var slots = new float[column.Type == ColumnType.Timestamp ? CalendarParts.Names.Count : 1][];
        foreach (ref var slot in slots.AsSpan()) slot = new float[samples.Sum(s => s.Rows.Count)];
        Span<float> values = stackalloc float[slots.Length];
        var count = 0;
        var isNumeric = column.Type == ColumnType.Numeric && Avx512NumberParser.IsSupported;
        foreach (var (names, rows, _) in samples)
        {
            var place = names.ToList().IndexOf(column.Name);
            var (plain, eight) = (0u, Vector512<double>.Zero);
            for (var row = 0; place >= 0 && row < rows.Count; row++)
            {
                var inEight = row % Avx512NumberParser.Count;
                if (inEight == 0)
                {
                    plain = isNumeric && row + Avx512NumberParser.Count <= rows.Count
                        ? rows.ReadEight(row, place, out eight)
                        : 0;
                }

                if ((rows.Number(row) & (every - 1)) != 0) continue;
                if ((plain & (1u << inEight)) != 0) values[0] = Utf8NumberParser.ToFloat(eight[inEight]);
                else if (!TryRead(column.Type, rows.Field(row, place), values)) continue;
                for (var i = 0; i < slots.Length; i++) slots[i][count] = values[i];
                count++;
            }
        }

        return Array.ConvertAll(slots, slot =>
        {
            RadixSort.Ascending(slot.AsSpan(0, count));
            return BinThresholds.OfQuantiles(slot.AsSpan(0, count), BinnedColumn.MaxValueBins);
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
                if (!Utf8NumberParser.TryParsePadded(text, out var number)) return false;
                values[0] = Utf8NumberParser.ToFloat(number);
                return true;
        }
    }
}
