using Serverless.Csv.Cells;
using Serverless.Csv.Parts;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Reading;

/// <summary>How the cells of one file's columns are written, by index of the column.</summary>
/// <param name="Columns">Null where cells are read as they are.</param>
/// <param name="Notes">Describe each column's notation for people; null for plain cells.</param>
/// <param name="Examples">A cell of each column as it is written; null in a column without values.</param>
public sealed record FileFormats(
    IReadOnlyList<CellFormat?> Columns, IReadOnlyList<string?> Notes, IReadOnlyList<string?> Examples)
{
    /// <summary>Of a file whose cells are read as they are.</summary>
    public static FileFormats Plain { get; } = new([], [], []);

    /// <summary>What a part of the file tells of them.</summary>
    /// <param name="names">The file's columns.</param>
    public PartDescription Describe(IReadOnlyList<string> names) =>
        new([.. names.Select((name, i) => PartColumn.Of(name, Of(i), NoteOf(i), ExampleOf(i)))]);

    public bool IsPlain => Columns.All(c => c is null);

    /// <summary>
    /// The formats by which cells are rewritten before they are read. Truth values stay as they are written: their
    /// column reads them, and a part keeps them.
    /// </summary>
    /// <param name="names">The file's columns.</param>
    public IReadOnlyList<CellFormat?> ToRewrite(DatasetSchema schema, IReadOnlyList<string> names)
    {
        var columns = schema.Columns.ToDictionary(c => c.Name);
        return [.. names.Select((name, i) => IsRead(name, i) ? null : Of(i))];

        bool IsRead(string name, int index) => KindOf(index) is BooleanFormat
            && columns.GetValueOrDefault(name) is null or { Type: ColumnType.Boolean } or { Role: ColumnRole.Ignored };
    }

    public CellFormat? Of(int column) => column < Columns.Count ? Columns[column] : null;

    /// <summary>The format in which the cells that are not missing were written.</summary>
    public CellFormat? KindOf(int column)
    {
        var format = Of(column) is MissingFormat words ? words.Inner : Of(column);
        return format is StoredFormat stored ? stored.Source : format;
    }

    public string? ExampleOf(int column) => column < Examples.Count ? Examples[column] : null;

    public string? NoteOf(int column) => column < Notes.Count ? Notes[column] : null;
}
