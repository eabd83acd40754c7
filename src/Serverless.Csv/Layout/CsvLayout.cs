using System.Buffers;
using System.Text;
using Serverless.Csv.Formats;
using Serverless.Csv.Text;

namespace Serverless.Csv.Layout;

/// <summary>Where the table is in a text: what stands before it, and how its lines are set.</summary>
/// <param name="Delimiter">Between the fields, after the filter.</param>
/// <param name="Fields">The number of fields of most of the first rows; 0 where it is not known.</param>
/// <param name="SkippedLines">Lines before the names.</param>
/// <param name="Filter">What turns the lines into those of CSV; null where they are.</param>
internal sealed record CsvLayout(byte Delimiter, int Fields, int SkippedLines, LineFilter? Filter)
{
    /// <summary>What was found besides the table.</summary>
    public IReadOnlyList<CsvNote> Notes { get; private init; } = [];

    /// <param name="start">The text's beginning, without a byte order mark.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <param name="given">The delimiter, where it is known.</param>
    public static CsvLayout Detect(ReadOnlySpan<byte> start, bool isWhole, byte? given)
    {
        var lines = Lines(start, isWhole);
        var separator = lines.Count > 0 ? LineKind.Separator(lines[0].Span) : null;
        var body = lines.Skip(separator is null ? 0 : 1)
            .SkipWhile(l => LineKind.IsBlank(l.Span) || LineKind.IsComment(l.Span) || LineKind.IsRule(l.Span)).ToList();
        var text = Join(body);
        var (delimiter, isCommon) = given is { } known ? (known, true)
            : separator is { } said ? (said, true)
            : CsvDelimiter.Find(text);
        if (!isCommon && CsvDelimiter.IsColon(text)) (delimiter, isCommon) = ((byte)':', true);
        var filter = given is null ? FindFilter(lines, body, delimiter, isCommon || separator is not null) : null;
        if (filter is null) return OfRecords(start, isWhole, delimiter, separator is not null);
        var filtered = new ArrayBufferWriter<byte>();
        foreach (var line in lines) filter.Write(line.Span, filtered);
        return OfRecords(filtered.WrittenSpan, isWhole: true, filter.Delimiter, separator is not null) with
        {
            Filter = filter,
        };
    }

    /// <summary>The filter with a place for its notes.</summary>
    public LineFilter? FilterFor(NoteLog notes) => Filter is null ? null : new LineFilter
    {
        Delimiter = Filter.Delimiter,
        HasEdges = Filter.HasEdges,
        HasComments = Filter.HasComments,
        Fields = Filter.Fields,
        Aligned = Filter.Aligned,
        Notes = notes,
    };

    private static LineFilter? FindFilter(
        List<ReadOnlyMemory<byte>> lines, List<ReadOnlyMemory<byte>> body, byte delimiter, bool isCommon)
    {
        var rows = body.Where(l => !LineKind.IsBlank(l.Span) && !LineKind.IsRule(l.Span)).ToList();
        var edged = rows.Count(l => l.Span.Trim(" \t\r"u8) is [(byte)'|', .., (byte)'|']);
        var hasEdges = edged >= 2 && 2 * edged >= rows.Count;
        var rule = lines.FindIndex(l => LineKind.IsRule(l.Span));
        var hasRules = rule >= 0 && rows.Count > 0;
        if (hasEdges)
        {
            return new LineFilter { Delimiter = (byte)'|', HasEdges = true };
        }

        var comments = body.Count(l => LineKind.IsComment(l.Span));
        var hasComments = comments > 0 && 5 * comments <= rows.Count;
        if (!isCommon)
        {
            var named = rows.Where(l => !hasComments || !LineKind.IsComment(l.Span))
                .Select(l => Encoding.UTF8.GetString(l.Span).TrimEnd())
                .Where(l => !l.StartsWith('(')).ToList();
            var under = rule < 0 ? null : Encoding.UTF8.GetString(lines[rule].Span).TrimEnd();
            if (named.Count > 0 && !named.Exists(l => l.Contains('\t'))
                && AlignedColumns.Find(named, under) is { } columns)
            {
                return new LineFilter { Delimiter = (byte)'\t', Aligned = columns, HasComments = hasComments };
            }
        }

        return hasRules || hasComments
            ? new LineFilter { Delimiter = delimiter, HasComments = hasComments, Fields = FieldsOf(body, delimiter) }
            : null;
    }

    private static CsvLayout OfRecords(ReadOnlySpan<byte> text, bool isWhole, byte delimiter, bool hasSeparator)
    {
        var records = SampleRecord.Split(text, delimiter, isWhole);
        if (records.Count == 0) return new CsvLayout(delimiter, 0, 0, null);
        var from = hasSeparator ? 1 : 0;
        var fields = FieldsOf(records.Skip(from));
        var names = new TableStart(records, fields, delimiter).FindNames(from);
        if (names == 0 || names == records.Count) return new CsvLayout(delimiter, fields, 0, null);
        var notes = new List<CsvNote>();
        foreach (var record in records.Take(names).Skip(from)) notes.Add(ToNote(record, text));
        return new CsvLayout(delimiter, fields, records[names].Line, null) { Notes = notes };
    }

    private static int FieldsOf(List<ReadOnlyMemory<byte>> lines, byte delimiter) =>
        FieldsOf(SampleRecord.Split(Join(lines), delimiter, isWhole: true));

    /// <summary>The number of fields of most records; 0 where none has two.</summary>
    private static int FieldsOf(IEnumerable<SampleRecord> records) =>
        records.GroupBy(r => r.Fields.Count).Where(g => g.Key > 1)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault()?.Key ?? 0;

    private static CsvNote ToNote(SampleRecord record, ReadOnlySpan<byte> text)
    {
        var line = text.Slice(record.Start, record.Length);
        return new CsvNote(
            LineKind.IsComment(line) ? CsvNote.Comment : LineKind.IsRule(line) ? CsvNote.Rule : CsvNote.Title,
            record.Line + 1, "the names of the columns",
            $"{FieldText.Show(line.Trim(" \t\r"u8))} before them, which is left out");
    }

    private static List<ReadOnlyMemory<byte>> Lines(ReadOnlySpan<byte> start, bool isWhole)
    {
        const int maxLines = 200;
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!start.IsEmpty && lines.Count < maxLines)
        {
            var end = start.IndexOf((byte)'\n');
            if (end < 0)
            {
                if (isWhole || lines.Count == 0) lines.Add(start.ToArray());
                break;
            }

            lines.Add(start[..end].ToArray());
            start = start[(end + 1)..];
        }

        return lines;
    }

    private static byte[] Join(List<ReadOnlyMemory<byte>> lines)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            text.Write(line.Span);
            text.Write("\n"u8);
        }

        return text.WrittenSpan.ToArray();
    }
}
