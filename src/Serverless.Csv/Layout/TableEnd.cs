using System.Text;
using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>
/// Finds the lines after a table: totals, numbers of rows, remarks, rows without a value. A row that was cut off, and
/// one that merely has too many or too few values, are bad rows and none of these.
/// </summary>
/// <param name="fields">The number of fields of a row.</param>
internal sealed class TableEnd(int fields, byte delimiter)
{
    /// <summary>Bytes at the end of a file that are looked at.</summary>
    public const int MaxBytes = 8 * 1024;
    private const int MaxLines = 20;

    /// <summary>Bytes of rows above the totals that are compared with them, and the fewest rows that tell.</summary>
    private const int MaxSight = 4 * 1024;
    private const int MinSight = 8;

    /// <summary>
    /// Where the lines after the table begin in a text that ends with the file; its length without any.
    /// </summary>
    /// <param name="tail">Whole lines, the first of them perhaps within a record.</param>
    /// <param name="hasLineEnd">Whether the file ends with a line end.</param>
    /// <param name="isAfterRows">Whether a row of the table is known to stand before the text.</param>
    /// <param name="found">Receives the places of the lines, last one first.</param>
    public int Find(
        ReadOnlySpan<byte> tail, bool hasLineEnd, bool isAfterRows, List<(int Start, int Length)> found)
    {
        var whole = tail.Length;
        var end = whole;
        var (lines, begin) = (0, end);
        SampleRecord? totals = null;
        while (end > 0)
        {
            var start = tail[..(end - 1)].LastIndexOf((byte)'\n') + 1;
            var line = tail[start..end].TrimEnd("\r\n"u8);
            if (!LineKind.IsBlank(line))
            {
                // A line with half of a quoted field is the end of a record that begins above.
                while ((line.Count((byte)'"') & 1) != 0)
                {
                    if (start == 0) return totals is null ? begin : Keep();
                    start = tail[..(start - 1)].LastIndexOf((byte)'\n') + 1;
                    line = tail[start..end].TrimEnd("\r\n"u8);
                }

                var isLast = end == tail.Length;
                if (SampleRecord.Split(line, delimiter, isWhole: true) is not [var record, ..]) return begin;
                if (!IsAfter(record, isLast && !hasLineEnd))
                {
                    // Totals have all fields; whether they are a row of the table shows beside one.
                    return totals is null || IsTotals(totals, record) || IsAlone(totals, tail[..begin])
                        ? begin
                        : KeepNearest();
                }

                if (record.Filled > 0 && ++lines > MaxLines) break;
                if (record.Filled > 0 && record.Fields.Count == fields) totals = record;
                found.Add((start, line.Length));
                begin = start;
            }

            end = start;
        }

        if (isAfterRows && lines <= MaxLines) return totals is null ? begin : KeepNearest();
        return Keep(); // no row of the table is in sight

        int KeepNearest()
        {
            // The line nearest to the table is a row like the others; those after it stay out.
            found.RemoveAt(found.Count - 1);
            return found.Count == 0 ? whole : found[^1].Start;
        }

        int Keep()
        {
            found.Clear();
            return whole;
        }
    }

    private bool IsAfter(SampleRecord record, bool isCutOff)
    {
        var first = record.Fields.FirstOrDefault(f => f.Length > 0) ?? "";
        // Two values may be missing in a row.
        if ((record.Filled == 0 && fields > 2) || LineKind.IsTotal(first)) return true;
        if (record.Fields.Count == fields) return false;
        if (record.Fields.Count == 1) return !LineKind.IsDataLike(first) && !(isCutOff && !first.Contains(' '));
        var dataLike = record.Fields.Count(LineKind.IsDataLike);
        return !isCutOff && 2 * dataLike < record.Fields.Count;
    }

    /// <summary>Whether a line that begins with a word for totals is none of the rows.</summary>
    private static bool IsTotals(SampleRecord totals, SampleRecord row)
    {
        var first = totals.Fields.ToList().FindIndex(f => f.Length > 0);
        return LineKind.IsDataLike(row.Fields.ElementAtOrDefault(first) ?? "")
            || totals.Fields.Index().Any(f => f.Item.Length == 0 && row.Fields.ElementAtOrDefault(f.Index)?.Length > 0);
    }

    /// <summary>
    /// Whether a line has numbers only beside its word for totals, and no row in sight has that word there.
    /// </summary>
    private bool IsAlone(SampleRecord totals, ReadOnlySpan<byte> above)
    {
        var filled = totals.Fields.Index().Where(f => f.Item.Length > 0).ToList();
        if (filled.Count < 2 || !filled.Skip(1).All(f => LineKind.IsDataLike(f.Item))) return false;
        var start = above.LastIndexOf((byte)'\n') is var end && end > 0 ? Math.Max(0, end - MaxSight) : 0;
        var rows = SampleRecord.Split(above[start..], delimiter, isWhole: true).Skip(1)
            .Where(r => r.Fields.Count == fields).ToList();
        var (column, word) = filled[0];
        return rows.Count >= MinSight
            && !rows.Exists(r => r.Fields[column].Equals(word, StringComparison.OrdinalIgnoreCase));
    }

    public static CsvNote ToNote(ReadOnlySpan<byte> line, long number) => new(
        CsvNote.Footer, number, "the end of the file after the last row",
        $"{FieldText.Show(line.Trim(" \t\r"u8))}, which is left out");
}
