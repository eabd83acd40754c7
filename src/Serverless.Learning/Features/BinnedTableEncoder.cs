using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Features;

/// <summary>Encodes all rows of a large data set as bins, as <see cref="SignatureEncoder"/> encodes a table.</summary>
public static class BinnedTableEncoder
{
    /// <summary>
    /// Encodes the given rows in place: their bins overwrite the columns' bytes, so that no second copy is made. Texts
    /// are scored by weights that have not seen the row's label.
    /// </summary>
    /// <param name="signature">Built from the same data.</param>
    /// <param name="rows">Ascending.</param>
    public static BinnedMatrix TakeOver(Signature signature, BinnedTable data, int[] rows, int threads)
    {
        var columns = new List<Func<BinnedColumn>>(signature.Slots.Count);
        foreach (var feature in signature.Features)
        {
            if (data.Columns[feature.Name] is BinnedNumbers numbers)
            {
                columns.AddRange(numbers.Slots.Select(slot => (Func<BinnedColumn>)(() => Numeric(slot, rows))));
            }
            else if (feature.Type == ColumnType.Text)
            {
                var slots = TextColumns.Encode(
                    feature.Text!, data.Find(feature.Name), rows, isTraining: true, threads);
                var first = columns.Count;
                columns.AddRange(slots.Select((values, i) => (Func<BinnedColumn>)(() =>
                    BinnedColumn.Create(signature.Slots[first + i], values, BinnedColumn.MaxValueBins))));
            }
            else
            {
                var texts = (CodedTexts)data.Columns[feature.Name];
                columns.Add(() => Categorical(feature, texts, rows));
            }
        }

        var binned = new BinnedColumn[columns.Count];
        OrderedParallel.For(threads, binned.Length, i => binned[i] = columns[i]());
        return new BinnedMatrix(binned, rows.Length);
    }

    private static BinnedColumn Numeric(BinnedSlot slot, int[] rows)
    {
        var bins = slot.Bins;
        for (var i = 0; i < rows.Length; i++) bins[i] = bins[rows[i]]; // rows ascend, so no unread bin is overwritten
        return BinnedColumn.OfNumbers(bins, slot.Edges);
    }

    private static BinnedColumn Categorical(SignatureFeature feature, CodedTexts texts, int[] rows)
    {
        var indexOf = feature.Categories.Select((text, i) => (text, i)).ToDictionary(c => c.text, c => c.i);
        var binOf = Array.ConvertAll(
            [.. texts.Values], text =>
                (byte)BinnedColumn.CategoryBin(indexOf.GetValueOrDefault(text, feature.OtherCategory)));
        var bins = texts.Codes.FirstPlane;
        for (var i = 0; i < rows.Length; i++)
        {
            var code = texts.Codes[rows[i]];
            bins[i] = code < 0 ? (byte)BinnedColumn.MissingBin : binOf[code];
        }

        return BinnedColumn.OfCategories(bins, feature.OtherCategory);
    }
}
