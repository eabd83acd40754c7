using System.Buffers;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Parts;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// A Parquet file as CSV, row group by row group. Columns of nested records have dots between the names; lists and
/// maps are left out, and told.
/// </summary>
internal sealed class ParquetText : ConvertedText
{
    /// <summary>Max bytes of a row group as values, since all of its columns are in memory at once.</summary>
    private const long MaxGroupBytes = 1L << 30;
    private const int PieceRows = 2048;

    private readonly Stream _copy;
    private readonly NoteLog _notes;
    private readonly Queue<Task<ArrayBufferWriter<byte>>> _pieces = new();
    private readonly Stack<ArrayBufferWriter<byte>> _free = new();
    private ParquetReader? _reader;
    private ParquetColumn[] _columns = [];
    private int _group = -1;
    private int _groupRows;
    private int _row;

    /// <param name="copy">The file, owned from here on.</param>
    public ParquetText(Stream copy, NoteLog notes) => (_copy, _notes) = (copy, notes);

    /// <summary>How the source was written, known with the first text; null where the file is no part.</summary>
    public PartDescription? Part { get; private set; }

    protected override async ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        if (_reader is null)
        {
            await OpenAsync(to, cancellationToken);
            return true;
        }

        while (_row == _groupRows)
        {
            if (_pieces.Count > 0) break;
            if (++_group == _reader.RowGroupCount) return false;
            await ReadGroupAsync(cancellationToken);
        }

        // Several pieces are made at once, and taken in their order.
        while (_row < _groupRows && _pieces.Count <= Environment.ProcessorCount)
        {
            var (from, end) = (_row, Math.Min(_groupRows, _row + PieceRows));
            var piece = _free.TryPop(out var free) ? free : new ArrayBufferWriter<byte>();
            _pieces.Enqueue(Task.Run(() => Write(from, end, piece), CancellationToken.None));
            _row = end;
        }

        var first = await _pieces.Dequeue();
        to.Write(first.WrittenSpan);
        first.ResetWrittenCount();
        _free.Push(first);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        // The reader owns nothing but the copy.
        if (disposing) _copy.Dispose();
        base.Dispose(disposing);
    }

    private async Task OpenAsync(ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        var options = new ParquetOptions { TreatByteArrayAsString = true };
        _reader = await Guarded(async () =>
            await ParquetReader.CreateAsync(_copy, options, leaveStreamOpen: true, cancellationToken));
        var fields = await Guarded(() => Task.FromResult(_reader.Schema.GetDataFields()));
        var description = _reader.CustomMetadata.GetValueOrDefault(PartDescription.Key);
        var names = new List<string>();
        var columns = new List<ParquetColumn>();
        foreach (var field in fields)
        {
            var name = string.Join('.', field.Path.ToList());
            if (ParquetColumn.For(field, isExact: description is not null) is { } column)
            {
                names.Add(name);
                columns.Add(column);
                continue;
            }

            _notes.Add(new CsvNote(
                CsvNote.NestedColumn, null, "columns of text, numbers, truth values, dates or times",
                $"{FieldText.Show(name)}, a list, a map or bytes, which is not used"));
        }

        _columns = [.. columns];
        if (_columns.Length == 0)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedParquet, "columns of text, numbers, truth values, dates or times", "none"));
        }

        if (description is not null) Part = PartDescription.Read(description, names);
        CsvRow.WriteNames(to, names);
    }

    private async Task ReadGroupAsync(CancellationToken cancellationToken)
    {
        var bytes = _reader!.Metadata?.RowGroups[_group].TotalByteSize ?? 0;
        using var group = _reader.OpenRowGroupReader(_group);
        if (Math.Max(bytes, group.RowCount * _columns.Length * sizeof(double)) > MaxGroupBytes)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.FileTooLarge, $"row groups of at most {MaxGroupBytes:N0} bytes",
                $"{group.RowCount:N0} rows of {_columns.Length:N0} columns in one; write smaller row groups"));
        }

        foreach (var column in _columns)
        {
            await Guarded(async () =>
            {
                await column.ReadAsync(group, cancellationToken);
                return true;
            });
        }

        (_row, _groupRows) = (0, (int)group.RowCount);
    }

    private ArrayBufferWriter<byte> Write(int from, int end, ArrayBufferWriter<byte> to)
    {
        var last = _columns.Length - 1;
        for (var row = from; row < end; row++)
        {
            // A blank line is no record.
            if (last == 0 && _columns[0].IsBlank(row)) to.Write("\"\""u8);
            for (var i = 0; i < last; i++) _columns[i].Write(row, CsvRow.Delimiter, to);
            _columns[last].Write(row, (byte)'\n', to);
        }

        return to;
    }

    /// <summary>What the package throws at a damaged file is of many types; the copy itself is ours.</summary>
    private static async Task<T> Guarded<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (TemporaryCopy.IsOfContent(e))
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedParquet, "a whole Parquet file", $"damaged or encrypted data: {e.Message}"));
        }
    }
}
