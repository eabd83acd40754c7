namespace Serverless.Datasets;

/// <summary>Turns records into rows of typed columns: a schema's columns, found in one file by their names.</summary>
internal sealed class TableBuilder
{
    private readonly UsedColumn[] _columns;
    private readonly AnomalyLog _log;
    private readonly int _fieldCount;
    private RowValues<ulong> _hashes = new();

    /// <param name="names">The file's columns, in its order.</param>
    /// <param name="log">Told of every bad value.</param>
    public TableBuilder(DatasetSchema schema, IReadOnlyList<string> names, AnomalyLog log)
    {
        _log = log;
        _fieldCount = names.Count;
        var places = new Dictionary<string, int>();
        for (var i = 0; i < names.Count; i++) places[names[i]] = i;
        _columns = [.. schema.Columns.Where(IsUsed).Select(Use)];

        bool IsUsed(ColumnSchema column) => column.Role != ColumnRole.Ignored || column.Name == schema.Time;

        UsedColumn Use(ColumnSchema column) => new(
            places.GetValueOrDefault(column.Name, -1),
            schema.Id is null ? column.Role != ColumnRole.Ignored : column.Role == ColumnRole.Id,
            column.Role,
            NewBuilder(column, isTime: column.Name == schema.Time));
    }

    /// <summary>Rows that were accepted.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of memory in use.</summary>
    public long Size => _columns.Sum(c => ((long)c.Builder.BytesPerRow * RowCount) + c.Builder.FurtherBytes)
        + ((long)sizeof(ulong) * RowCount);

    /// <summary>Adds the tokenizer's record. False: the row is bad and was not added.</summary>
    public bool TryAdd(CsvTokenizer csv)
    {
        if (csv.Fault != QuoteFault.None || csv.FieldCount != _fieldCount)
        {
            _log.AddRow(BrokenRecord(csv, _fieldCount));
            return false;
        }

        ulong row = 0;
        var good = true;
        foreach (var column in _columns)
        {
            var text = column.Place < 0 ? default : csv.Field(column.Place);
            var hash = FieldHash.Of(text);
            if (column.Hashed) row = FieldHash.Combine(row, hash);
            if (column.Builder.TryRead(text, hash, RowCount)) continue;
            good = false;
            var fault = column.Builder.Explain(text);
            _log.AddRow(new Anomaly(
                fault.Code, AnomalySeverity.Error, column.Builder.Name, csv.Line, fault.Expected, FieldText.Show(text)));
        }

        if (good)
        {
            _hashes.Set(RowCount++, FieldHash.Finish(row));
            return true;
        }

        foreach (var column in _columns) column.Builder.Discard(RowCount);
        return false;
    }

    /// <summary>The features, the label and the time column.</summary>
    public Table Build() => new(
        [.. _columns.Where(c => c.Role != ColumnRole.Id).Select(c => c.Builder.Build(RowCount))],
        RowCount,
        _hashes.ToArray(RowCount));

    private static ColumnBuilder NewBuilder(ColumnSchema column, bool isTime)
    {
        // A row without its answer, its time or its subject has no place in any split.
        var required = column.Required || isTime || column.Role is ColumnRole.Label or ColumnRole.Id;
        if (column.Role == ColumnRole.Id) return new IdColumnBuilder(column.Name);
        return column.Type switch
        {
            ColumnType.Numeric => new NumericColumnBuilder(
                column.Name, required, column.Range, isLabel: column.Role == ColumnRole.Label),
            ColumnType.Boolean => new BooleanColumnBuilder(column.Name, required),
            ColumnType.Timestamp => new TimestampColumnBuilder(column.Name, required),
            _ => new CategoricalColumnBuilder(column.Name, required, column.Values),
        };
    }

    /// <summary>What is wrong with a record that is no row of so many fields.</summary>
    public static Anomaly BrokenRecord(CsvTokenizer csv, int fieldCount)
    {
        var (code, expected, found) = csv.Fault switch
        {
            QuoteFault.None => (AnomalyCodes.FieldCount, $"{fieldCount:N0} fields", $"{csv.FieldCount:N0}"),
            QuoteFault.TextAfterQuote => (
                AnomalyCodes.StrayQuote, "a delimiter after a closing quote", FieldText.Show(csv.Record)),
            _ => (AnomalyCodes.UnclosedQuote, "a closing quote", FieldText.Show(csv.Record)),
        };
        return new Anomaly(code, AnomalySeverity.Error, Column: null, csv.Line, expected, found);
    }

    /// <param name="Place">Index of the field; −1 where the file lacks the column.</param>
    /// <param name="Hashed">Whether the field is part of the row's hash.</param>
    private sealed record UsedColumn(int Place, bool Hashed, ColumnRole Role, ColumnBuilder Builder);
}
