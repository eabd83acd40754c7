using Serverless.Csv.Cells;
using Serverless.Csv.Parts;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Collects a file's accepted rows, with all of its columns, for its part.</summary>
public sealed class PartRows : IAsyncDisposable
{
    private readonly DatasetReadOptions _options;
    private readonly IReadOnlyList<string> _names;
    private readonly PartWriter _writer;

    private PartRows(DatasetReadOptions options, IReadOnlyList<string> names)
    {
        (_options, _names) = (options, names);
        var columns = options.Schema.Columns.ToDictionary(c => c.Name);
        _writer = new PartWriter([.. names.Select((n, i) => KindOf(columns.GetValueOrDefault(n), i))], options.Threads);
    }

    /// <summary>Null where no part is asked for.</summary>
    /// <param name="names">The file's columns.</param>
    public static PartRows? For(DatasetReadOptions options, IReadOnlyList<string> names) =>
        options.Part is null ? null : new PartRows(options, names);

    /// <summary>Adds the batch's good rows.</summary>
    public void Add(RowBlock batch)
    {
        foreach (var row in batch.Good)
        {
            for (var column = 0; column < _names.Count; column++) _writer.Add(column, batch.Cell(row, column));
            _writer.EndRow();
        }
    }

    /// <summary>Call it after each batch.</summary>
    public ValueTask StoreAsync(CancellationToken cancellationToken) => _writer.StoreAsync(cancellationToken);

    /// <summary>Writes the part of an accepted file.</summary>
    public Task WriteAsync(CancellationToken cancellationToken) =>
        _writer.WriteAsync(_options.Part!(), _options.Formats.Describe(_names), cancellationToken);

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <param name="column">Null where the schema does not have it.</param>
    private CellKind KindOf(ColumnSchema? column, int index) => column switch
    {
        _ when _options.Formats.KindOf(index) is BooleanFormat { BlankIsFalse: true } => CellKind.MarkOrBlank,
        null => CellKind.Any,
        { Role: ColumnRole.Id } => CellKind.Text,
        { Type: ColumnType.Numeric } => CellKind.Number,
        { Type: ColumnType.Timestamp } => CellKind.Moment,
        _ => CellKind.Text,
    };
}
