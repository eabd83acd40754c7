using System.Text;

namespace Serverless.Csv.Layout;

/// <summary>
/// A record of a file's first or last text, roughly split: it serves to tell a table from what is around it.
/// </summary>
/// <param name="Start">In the text.</param>
/// <param name="Line">Number of lines before it.</param>
internal sealed record SampleRecord(int Start, int Length, int Line, IReadOnlyList<string> Fields)
{
    private const int MaxRecords = 100;

    public int Filled { get; } = Fields.Count(f => f.Length > 0);

    public bool IsBlank => Filled == 0 && Fields.Count == 1;

    /// <summary>The records but for those that are blank.</summary>
    /// <param name="isWhole">Whether the last one is whole, even without a line end.</param>
    public static List<SampleRecord> Split(ReadOnlySpan<byte> text, byte delimiter, bool isWhole)
    {
        var records = new List<SampleRecord>();
        var fields = new List<string>();
        var (start, line, lines, fieldStart) = (0, 0, 0, 0);
        var (quoted, isQuote) = (false, true);
        for (var at = 0; at < text.Length && records.Count < MaxRecords; at++)
        {
            var b = text[at];
            if (b == '"')
            {
                // A quote right after a closing quote reopens the field: it was doubled.
                isQuote |= quoted;
                quoted = !quoted && isQuote;
                continue;
            }

            if (b == '\n') lines++;
            if (quoted || (b != '\n' && b != delimiter))
            {
                isQuote &= b == ' ';
                continue;
            }

            fields.Add(Text(text[fieldStart..at]));
            (fieldStart, isQuote) = (at + 1, true);
            if (b != '\n') continue;
            Add(at);
            (start, line) = (at + 1, lines);
        }

        if (isWhole && start < text.Length && records.Count < MaxRecords)
        {
            fields.Add(Text(text[fieldStart..]));
            Add(text.Length);
        }

        return records;

        void Add(int end)
        {
            var record = new SampleRecord(start, end - start, line, fields);
            if (!record.IsBlank) records.Add(record);
            fields = [];
        }
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.Trim(" \t\r\""u8));
}
