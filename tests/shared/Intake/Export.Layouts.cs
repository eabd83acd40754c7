namespace Serverless.Tests.Intake;

/// <summary>Writes the columns as files.</summary>
internal sealed partial class Export
{
    public IntakeFile ToCsv(CsvForm form)
    {
        string[] header = [string.Join(form.Delimiter, _columns.Select(c => Quoted(c.Name, form, c.Kind)))];
        var lines = Records((text, column) => Quoted(text, form, _columns[column].Kind))
            .Select(cells => string.Join(form.Delimiter, cells))
            .Select((line, row) => _broken.TryGetValue(row, out var change) ? change(line) : line);
        return ToFile([.. form.Before, .. header, .. form.Between, .. lines, .. form.After], form);
    }

    /// <summary>A list as SAP's ABAP list viewer saves it: dashed lines, pipes, numbers to the right.</summary>
    /// <param name="before">Lines above the table.</param>
    /// <param name="after">Lines below it.</param>
    public IntakeFile ToSapList(CsvForm form, string[] before, string[] after)
    {
        var widths = Widths();
        var dashes = new string('-', widths.Sum() + widths.Length + 1);
        var lines = Records((text, column) => Padded(text, column, widths)).Select(Piped);
        var header = Piped(_columns.Select((c, i) => c.Name.PadRight(widths[i])));
        return ToFile([.. before, dashes, header, dashes, .. lines, dashes, .. after], form);

        static string Piped(IEnumerable<string> cells) => $"|{string.Join('|', cells)}|";
    }

    /// <summary>Columns of fixed width with dashes below their names, as sqlcmd and psql print them.</summary>
    /// <param name="between">Between the cells.</param>
    /// <param name="betweenDashes">Between the dashes.</param>
    public IntakeFile ToPaddedTable(CsvForm form, string between, string betweenDashes)
    {
        var widths = Widths();
        var header = string.Join(between, _columns.Select((c, i) => c.Name.PadRight(widths[i])));
        var dashes = string.Join(betweenDashes, widths.Select(w => new string('-', w)));
        var lines = Records((text, column) => Padded(text, column, widths))
            .Select(cells => string.Join(between, cells));
        return ToFile([.. form.Before, header, dashes, .. lines, .. form.After], form);
    }

    private IEnumerable<string[]> Records(Func<string, int, string> write) =>
        Enumerable.Range(0, rows).Select(row => _cells.Select((cells, column) => write(cells[row], column)).ToArray());

    private int[] Widths() =>
        [.. _columns.Select((c, i) => Math.Max(c.Name.Length, _cells[i].Max(text => text.Length)))];

    private string Padded(string text, int column, int[] widths) => _columns[column].Kind == IntakeKind.Number
        ? text.PadLeft(widths[column])
        : text.PadRight(widths[column]);

    private IntakeFile ToFile(IReadOnlyList<string> lines, CsvForm form)
    {
        var text = string.Concat(lines.Select(line => line + form.NewLine));
        return new IntakeFile(
            name, [.. form.Encoding.GetPreamble(), .. form.Encoding.GetBytes(text)], _tasks, [.. _columns], [.. _rows]);
    }

    private static string Quoted(string text, CsvForm form, IntakeKind kind)
    {
        var needed = text.Contains(form.Delimiter, StringComparison.Ordinal) || text.AsSpan().ContainsAny("\"\r\n");
        var isText = kind is IntakeKind.Category or IntakeKind.Text or IntakeKind.Moment;
        return needed || form.Quoting == Quoting.All || (form.Quoting == Quoting.Texts && isText)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
