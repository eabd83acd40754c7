using System.Text;

namespace Serverless.Tests.Changes;

/// <summary>A file as cells, to be changed and written again.</summary>
internal sealed record ChangeTable(IReadOnlyList<string> Names, IReadOnlyList<string[]> Rows)
{
    public char Delimiter { get; init; } = ',';

    /// <summary>Applied to the text before it becomes bytes.</summary>
    public Func<string, string> Text { get; init; } = text => text;

    public Encoding Encoding { get; init; } = new UTF8Encoding(false);

    public int Place(string column) => Names.ToList().IndexOf(column);

    /// <summary>Changes the cells of one column that are not empty.</summary>
    public ChangeTable Map(string column, Func<string, int, string> change)
    {
        var place = Place(column);
        return this with
        {
            Rows = [.. Rows.Select((row, i) => row.Select((cell, c) =>
                c == place && cell.Length > 0 ? change(cell, i) : cell).ToArray())],
        };
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend([.. Names])) text.AppendJoin(Delimiter, row.Select(Quote)).Append('\n');
        return [.. Encoding.GetPreamble(), .. Encoding.GetBytes(Text(text.ToString()))];
    }

    /// <summary>Reads a simple CSV file: quotes only around whole fields.</summary>
    /// <param name="names">Null where the first line has them.</param>
    public static ChangeTable Read(string path, IReadOnlyList<string>? names)
    {
        var rows = File.ReadLines(path).Where(l => l.Length > 0).Select(Split).ToList();
        return names is null ? new ChangeTable(rows[0], rows[1..]) : new ChangeTable(names, rows);
    }

    private string Quote(string cell) =>
        cell.Contains(Delimiter) || cell.Contains('"')
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;

    private static string[] Split(string line)
    {
        var (cells, cell, isQuoted) = (new List<string>(), new StringBuilder(), false);
        foreach (var sign in line)
        {
            if (sign == '"') isQuoted = !isQuoted;
            else if (sign == ',' && !isQuoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else cell.Append(sign);
        }

        return [.. cells, cell.ToString().Trim()];
    }
}
