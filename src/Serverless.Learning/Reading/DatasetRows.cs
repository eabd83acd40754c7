using Serverless.Csv.Formats;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Reads a file's rows into a table, its part and quarantine, batch by batch.</summary>
internal abstract class DatasetRows : IAsyncDisposable
{
    private readonly QuarantineWriter _bad;
    private readonly PartRows? _part;

    private DatasetRows(RowBlock batch, DatasetReadOptions options, CsvColumns columns, AnomalyLog log)
    {
        Table = new TableBuilder(batch, options, columns.Names, log);
        _bad = new QuarantineWriter(options.Quarantine, columns.Header);
        _part = PartRows.For(options, columns.Names);
    }

    public TableBuilder Table { get; }

    public long BadRows { get; private set; }

    /// <summary>Why reading stopped before the end; null without damage.</summary>
    public CsvDamage? Damage { get; protected set; }

    /// <summary>The line that was read last.</summary>
    public abstract long Line { get; }

    /// <summary>Whether the last row is cut off, known at the end.</summary>
    public virtual bool IsCutOff => false;

    public static DatasetRows Of(CsvSource file, DatasetReadOptions options, CsvColumns columns, AnomalyLog log) =>
        file.Table is { } table
            ? new OfTable(table, options, columns, log)
            : new OfText(file.Csv, options, columns, log);

    /// <summary>Reads some rows.</summary>
    /// <returns>False at the end, or after damage.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var isMore = await ReadSomeAsync(cancellationToken);
        await _bad.FlushAsync(cancellationToken);
        if (_part is not null) await _part.StoreAsync(cancellationToken);
        return isMore;
    }

    public async Task WritePartAsync(CancellationToken cancellationToken)
    {
        if (_part is not null) await _part.WriteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _part?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Reads some rows.</summary>
    /// <returns>False at the end, or after damage.</returns>
    protected abstract ValueTask<bool> ReadSomeAsync(CancellationToken cancellationToken);

    protected void EndBatch() => BadRows += Table.EndBatch(_bad, _part);

    /// <summary>Records of text.</summary>
    private sealed class OfText : DatasetRows
    {
        /// <summary>
        /// Rows per batch on one thread: they stay in the processor's cache. Several threads take all buffered rows,
        /// since distributing them costs.
        /// </summary>
        private const int FullBatch = 256;

        private readonly CsvTokenizer _csv;
        private readonly RecordBlock _batch;
        private readonly int _fields;
        private readonly bool _isSingle;
        private bool _lastIsBroken;

        public OfText(CsvTokenizer csv, DatasetReadOptions options, CsvColumns columns, AnomalyLog log)
            : this(
                csv, new RecordBlock(csv, options.Formats.ToRewrite(options.Schema, columns.Names)), options, columns,
                log)
        {
        }

        private OfText(
            CsvTokenizer csv, RecordBlock batch, DatasetReadOptions options, CsvColumns columns, AnomalyLog log)
            : base(batch, options, columns, log)
        {
            (_csv, _batch, _fields, _isSingle) = (csv, batch, columns.Names.Count, options.Threads == 1);
        }

        public override long Line => _csv.Line;

        public override bool IsCutOff => _csv.EndsInLine && _lastIsBroken;

        protected override async ValueTask<bool> ReadSomeAsync(CancellationToken cancellationToken)
        {
            while (_csv.TryRead())
            {
                _lastIsBroken = _csv.Fault != QuoteFault.None || _csv.FieldCount != _fields;
                if (_lastIsBroken) Table.AddBroken(TableBuilder.BrokenRecord(_csv, _fields), _csv.Record);
                else _batch.Add();
                if (_isSingle && _csv.IsBetween && _batch.Count >= FullBatch) EndBatch();
            }

            EndBatch();
            var isMore = await _csv.FillAsync(cancellationToken);
            Damage = _csv.Damage;
            return isMore;
        }
    }

    /// <summary>Rows of a Parquet file.</summary>
    private sealed class OfTable : DatasetRows
    {
        private readonly ParquetTable _table;
        private readonly TypedBlock _batch;

        public OfTable(ParquetTable table, DatasetReadOptions options, CsvColumns columns, AnomalyLog log)
            : this(
                table, new TypedBlock(table, options.Formats.ToRewrite(options.Schema, columns.Names)), options,
                columns, log)
        {
        }

        private OfTable(
            ParquetTable table, TypedBlock batch, DatasetReadOptions options, CsvColumns columns, AnomalyLog log)
            : base(batch, options, columns, log) => (_table, _batch) = (table, batch);

        public override long Line => _table.RowsBefore + _table.Rows;

        protected override async ValueTask<bool> ReadSomeAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (!await _table.NextAsync(cancellationToken)) return false;
            }
            catch (UnreadableTextException e)
            {
                Damage = e.Damage;
                return false;
            }

            for (var from = 0; from < _table.Rows; from += TypedBlock.MaxRows)
            {
                _batch.Take(from, Math.Min(TypedBlock.MaxRows, _table.Rows - from));
                EndBatch();
            }

            return true;
        }
    }
}
