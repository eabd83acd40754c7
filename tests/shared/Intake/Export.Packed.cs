using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Intake;

/// <summary>Writes the columns in formats that have types.</summary>
internal sealed partial class Export
{
    /// <summary>One JSON object a line; numbers and flags as JSON's own.</summary>
    /// <param name="isText">Whether they are texts nevertheless.</param>
    public IntakeFile ToJsonLines(bool isText = false)
    {
        var lines = Enumerable.Range(0, rows).Select(row =>
        {
            var line = new JsonObject();
            for (var i = 0; i < _columns.Count; i++) line[_columns[i].Name] = Json(i, row, isText);
            return line.ToJsonString();
        });
        return ToFile([.. lines], CsvForm.Plain) with { Name = Ending(".jsonl") };
    }

    /// <summary>A workbook whose numbers and moments are Excel's own.</summary>
    /// <param name="isText">Whether they are texts nevertheless.</param>
    /// <param name="titles">Each in a row of its own above the table.</param>
    public IntakeFile ToWorkbook(bool isText = false, params string[] titles)
    {
        IReadOnlyList<object?>[] table =
        [
            .. titles.Select(title => (object?[])[title]),
            [.. _columns.Select(c => c.Name)],
            .. Enumerable.Range(0, rows)
                .Select(row => (object?[])[.. _columns.Select((_, i) => Cell(i, row, isText))]),
        ];
        return new IntakeFile(Ending(".xlsx"), Workbook.Write(table), _tasks, [.. _columns], [.. _rows]);
    }

    /// <summary>Parquet with a type for each column; text where words are among its values.</summary>
    /// <param name="isText">Whether all columns are text.</param>
    public async Task<IntakeFile> ToParquetAsync(bool isText = false)
    {
        var columns = _columns.Select((column, i) => new ParquetValues(
            column.Name,
            [.. Enumerable.Range(0, rows).Select(row => Cell(i, row, isText || _words.Contains(i)))]));
        var bytes = await ParquetFile.WriteAsync([.. columns]);
        return new IntakeFile(Ending(".parquet"), bytes, _tasks, [.. _columns], [.. _rows]);
    }

    /// <summary>Whether an encoding has all characters of the names and cells.</summary>
    public bool Fits(Encoding encoding) => _columns.Select(c => c.Name).Concat(_cells.SelectMany(c => c))
        .All(text => encoding.GetString(encoding.GetBytes(text)) == text);

    private string Ending(string ending) =>
        name.EndsWith(".csv", StringComparison.Ordinal) ? Path.ChangeExtension(name, ending) : name;

    private JsonValue? Json(int index, int row, bool isText) => Cell(index, row, isText) switch
    {
        null => null,
        double number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        DateTime => JsonValue.Create(_cells[index][row]),
        var text => JsonValue.Create((string)text),
    };

    /// <summary>The value; where it is missing, the word in its place or null.</summary>
    private object? Cell(int index, int row, bool isText)
    {
        var (value, text) = (_columns[index].Values[row], _cells[index][row]);
        if (value is null) return (isText || _words.Contains(index)) ? text : null;
        return isText ? text : value;
    }
}
