using System.Text;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Hashes of a column's values, which are the same in every file, whatever the order of its columns.</summary>
internal static class ColumnHashes
{
    /// <summary>See <see cref="RowHash.Key"/>; by the column's name.</summary>
    public static ulong KeyOf(Column column) => KeyOf(column.Name);

    public static ulong KeyOf(string name) => FieldHash.Of(Encoding.UTF8.GetBytes(name)) | 1;

    /// <summary>Adds a column's contribution; equal values have equal ones in every file.</summary>
    /// <param name="isLabel">Whether other spellings are the same class.</param>
    public static void Add(Column column, bool isLabel, ulong key, ulong[] sums)
    {
        switch (column)
        {
            case NumericColumn numbers:
                for (var row = 0; row < sums.Length; row++)
                {
                    sums[row] += RowHash.Of(BitConverter.SingleToUInt32Bits(numbers.Values[row] + 0f), key);
                }

                break;
            case TimestampColumn moments:
                for (var row = 0; row < sums.Length; row++) sums[row] += RowHash.Of((ulong)moments.Ticks[row], key);
                break;
            case CategoricalColumn texts:
                var values = OfTexts(texts.Values, isLabel);
                for (var row = 0; row < sums.Length; row++)
                {
                    sums[row] += RowHash.Of(texts.Codes[row] < 0 ? 0 : values[texts.Codes[row]], key);
                }

                break;
            default:
                throw new InvalidOperationException($"Unknown column {column.GetType().Name}.");
        }
    }

    /// <summary>The same for a column of a large file, of whose numbers only the bins are known.</summary>
    public static void Add(BinnedTableColumn column, ulong[] sums)
    {
        var key = KeyOf(column.Name);
        switch (column)
        {
            case BinnedNumbers numbers:
                foreach (var (i, slot) in numbers.Slots.Index())
                {
                    var slotKey = RowHash.Key(i) * key;
                    for (var row = 0; row < sums.Length; row++) sums[row] += RowHash.Of(slot.Bins[row] + 1UL, slotKey);
                }

                break;
            case CodedTexts texts:
                var values = OfTexts(texts.Values, isLabel: false);
                for (var row = 0; row < sums.Length; row++)
                {
                    var code = texts.Codes[row];
                    sums[row] += RowHash.Of(code < 0 ? 0 : values[code], key);
                }

                break;
            default:
                throw new InvalidOperationException($"Unknown column {column.GetType().Name}.");
        }
    }

    private static ulong[] OfTexts(IReadOnlyList<string> texts, bool isLabel) => [.. texts.Select(t => FieldHash.Of(
        Encoding.UTF8.GetBytes(isLabel ? ClassNames.Key(ClassNames.Shorten(t)) : t)))];
}
