using System.Buffers;
using Parquet;
using Serverless.Csv.Parts;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// A Parquet file, row group by row group: the next one is read while this one is used. Columns of nested records have
/// dots between the names; lists and maps are left out, and told.
/// </summary>
public sealed class ParquetTable : IDisposable
{
    /// <summary>Max bytes of a row group as values, since all of its columns are in memory at once.</summary>
    private const long MaxGroupBytes = 1L << 30;

    /// <summary>Max bytes of one that is read ahead.</summary>
    private const long MaxAheadBytes = 64L << 20;

    private readonly FileStream _copy;
    private readonly NoteLog _notes;
    private ParquetReader? _reader;
    private ParquetColumn[] _ahead = [];
    private Task<int>? _reading;
    private int _group = -1;

    /// <param name="copy">The file, owned from here on.</param>
    internal ParquetTable(FileStream copy, NoteLog notes) => (_copy, _notes) = (copy, notes);

    /// <summary>Names of the columns, after <see cref="OpenAsync"/>.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>How the source was written; null where the file is no part.</summary>
    public PartDescription? Part { get; private set; }

    /// <summary>Number of rows of the file.</summary>
    public long RowCount { get; private set; }

    /// <summary>The columns of the current row group.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; private set; } = [];

    /// <summary>Number of rows in the current row group.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of rows in the row groups before.</summary>
    public long RowsBefore { get; private set; }

    /// <summary>Reads what the file has; further calls do nothing.</summary>
    /// <exception cref="UnreadableTextException">The file is damaged, or has nothing to read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_reader is not null) return;
        var options = new ParquetOptions { TreatByteArrayAsString = true };
        var reader = await Guarded(async () =>
            await ParquetReader.CreateAsync(_copy, options, leaveStreamOpen: true, cancellationToken));
        var fields = await Guarded(() => Task.FromResult(reader.Schema.GetDataFields()));
        var description = reader.CustomMetadata.GetValueOrDefault(PartDescription.Key);
        var (names, columns, ahead) = (new List<string>(), new List<ParquetColumn>(), new List<ParquetColumn>());
        foreach (var field in fields)
        {
            var name = string.Join('.', field.Path.ToList());
            if (ParquetColumn.For(field, isExact: description is not null) is { } column)
            {
                names.Add(name);
                columns.Add(column);
                ahead.Add(ParquetColumn.For(field, isExact: description is not null)!);
                continue;
            }

            _notes.Add(new CsvNote(
                CsvNote.NestedColumn, null, "columns of text, numbers, truth values, dates or times",
                $"{FieldText.Show(name)}, a list, a map or bytes, which is not used"));
        }

        if (columns.Count == 0)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedParquet, "columns of text, numbers, truth values, dates or times", "none"));
        }

        if (description is not null) Part = PartDescription.Read(description, names);
        (Names, Columns, _ahead, _reader) = (names, columns, [.. ahead], reader);
        RowCount = reader.Metadata?.NumRows ?? 0;
    }

    /// <summary>Goes to the next row group.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="UnreadableTextException">It is damaged, or too large.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        RowsBefore += Rows;
        Rows = 0;
        if (_reading is null && !TryStart(cancellationToken)) return false;
        Rows = await _reading!;
        _reading = null;
        ParquetColumn[] read = _ahead;
        (_ahead, Columns) = ([.. Columns], read);
        if (_group + 1 < _reader!.RowGroupCount && BytesOf(_group + 1) <= MaxAheadBytes) TryStart(cancellationToken);
        return true;
    }

    /// <summary>Waits for the row group that is read ahead.</summary>
    public async Task StopAsync()
    {
        if (_reading is { } reading) await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Call only after <see cref="StopAsync"/>.</summary>
    public void Dispose() => _copy.Dispose(); // the reader owns nothing but the copy

    /// <summary>Writes the names as a line of CSV.</summary>
    public void WriteNames(ArrayBufferWriter<byte> to) => CsvRow.WriteNames(to, Names);

    /// <summary>Writes a row of the current row group as a line of CSV.</summary>
    public void WriteRow(int row, ArrayBufferWriter<byte> to)
    {
        var last = Columns.Count - 1;
        // A blank line is no record.
        if (last == 0 && Columns[0].IsBlank(row)) to.Write("\"\""u8);
        for (var i = 0; i < last; i++) Columns[i].Write(row, CsvRow.Delimiter, to);
        Columns[last].Write(row, (byte)'\n', to);
    }

    private bool TryStart(CancellationToken cancellationToken)
    {
        if (_group + 1 >= _reader!.RowGroupCount) return false;
        _group++;
        _reading = Task.Run(() => Guarded(() => ReadGroupAsync(_group, _ahead, cancellationToken)), cancellationToken);
        return true;
    }

    private long BytesOf(int group)
    {
        var meta = _reader!.Metadata?.RowGroups[group];
        return Math.Max(meta?.TotalByteSize ?? 0, (meta?.NumRows ?? 0) * Names.Count * sizeof(double));
    }

    private async Task<int> ReadGroupAsync(int number, ParquetColumn[] columns, CancellationToken cancellationToken)
    {
        using var reader = _reader!.OpenRowGroupReader(number);
        if (BytesOf(number) > MaxGroupBytes)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.FileTooLarge, $"row groups of at most {MaxGroupBytes:N0} bytes",
                $"{reader.RowCount:N0} rows of {columns.Length:N0} columns in one; write smaller row groups"));
        }

        var group = new ParquetGroup(reader, _copy.SafeFileHandle);
        foreach (var column in columns) await column.ReadAsync(group, cancellationToken);
        return group.Rows;
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
