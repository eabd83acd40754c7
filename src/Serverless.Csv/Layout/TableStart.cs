using Serverless.Csv.Cells;

namespace Serverless.Csv.Layout;

/// <summary>Finds the names of the columns below titles and comments.</summary>
/// <param name="fields">The number of fields of most records; 0 where it is 1.</param>
internal sealed class TableStart(List<SampleRecord> records, int fields, byte delimiter)
{
    private static readonly DateFormat _date = new(DateOrder.DayFirst);

    /// <summary>Fewer rows do not tell a name from a value.</summary>
    private const int MinRows = 8;

    /// <summary>Index of the record of names. A first record that may be the names is never passed over.</summary>
    public int FindNames(int from)
    {
        var first = from;
        while (first < records.Count && IsComment(first)) first++;
        if (first == records.Count) return from;
        var names = first;
        while (names < records.Count && MayBeTitle(records[names], isBelow: names > first)) names++;
        if (names == first || names == records.Count) return first;
        return records.Take(names).Skip(first).All(IsClearTitle) || LooksLikeNames(names) ? names : first;
    }

    /// <summary>
    /// A comment that has as many fields as the rows, with numbers only after it, is the line of names.
    /// </summary>
    private bool IsComment(int index)
    {
        var record = records[index];
        if (!LineKind.IsComment(System.Text.Encoding.UTF8.GetBytes(record.Fields[0]))) return false;
        var next = records.ElementAtOrDefault(index + 1);
        return record.Fields.Count < 2 || next is null || next.Fields.Count != record.Fields.Count
            || !next.Fields.Any(LineKind.IsDataLike) || record.Fields.Any(LineKind.IsDataLike);
    }

    private bool MayBeTitle(SampleRecord record, bool isBelow) =>
        fields > 1 && !HasOtherDelimiter(record) && (record.Fields.Count < fields || IsSparse(record, isBelow));

    /// <summary>One text above three columns or more.</summary>
    private bool IsClearTitle(SampleRecord record) => fields > 2 && record.Filled == 1;

    /// <summary>A row of few values at its beginning, as spreadsheets write a title.</summary>
    /// <param name="isBelow">Whether it is below another title: there a name and its value may stand.</param>
    private bool IsSparse(SampleRecord record, bool isBelow) =>
        record.Fields.Count == fields && record.Fields[^1].Length == 0
        && (2 * record.Filled < fields || (fields == 2 && record.Filled == 1) || (isBelow && record.Filled <= 2));

    /// <summary>Whether it would have all fields by another delimiter: then it is no title but a faulty line.</summary>
    private bool HasOtherDelimiter(SampleRecord record) =>
        ";,\t|".Any(c => c != delimiter && record.Fields.Sum(f => f.Count(x => x == c)) == fields - 1)
        && record.Fields.Count == 1;

    /// <summary>
    /// Whether all fields of a record differ and none has the look of data, which later ones have, or is a value where
    /// a column has few of them.
    /// </summary>
    private bool LooksLikeNames(int index)
    {
        var names = records[index].Fields;
        var rows = records.Skip(index + 1).Where(r => r.Fields.Count == fields).ToList();
        return names.All(n => n.Length > 0 && !IsData(n))
            && names.Distinct().Count() == names.Count
            && (rows.Exists(r => r.Fields.Any(IsData))
                || names.Take(fields).Index().Any(n => IsOverFew(n.Item, n.Index)));

        bool IsOverFew(string name, int column)
        {
            var values = rows.Select(r => r.Fields[column]).ToHashSet();
            return rows.Count >= MinRows && 4 * values.Count <= rows.Count && !values.Contains(name);
        }
    }

    private static bool IsData(string field)
    {
        if (LineKind.IsDataLike(field)) return true;
        var cell = System.Text.Encoding.UTF8.GetBytes(field);
        return NumberShape.TryRead(cell, out _) || _date.Fits(cell); // US$12.50, March 5, 2021
    }
}
