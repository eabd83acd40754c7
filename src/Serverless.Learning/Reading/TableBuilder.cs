using System.Runtime.CompilerServices;
using Serverless.Csv.Cells;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>Builds rows of a schema's typed columns from a file's records, matching columns by name.</summary>
public sealed class TableBuilder
{
    /// <summary>Below this many rows, distributing columns over threads costs more than it saves.</summary>
    private const int WorthThreads = 128;

    private readonly DatasetSchema _schema;
    private readonly AnomalyLog _log;
    private readonly RowKeepRule? _thinning;
    private readonly int _threads;
    private readonly UsedColumn[] _columns;
    private readonly int _label;
    private readonly RowBlock _batch;
    private readonly List<Anomaly> _broken = [];
    private readonly List<(long Line, byte[] Record)> _badRecords = [];
    private readonly BlockValues<ulong>[] _batchSums;
    private readonly KeyColumns? _key;
    private RowValues<ulong> _hashes;

    /// <param name="batch">Holds the rows that are read by <see cref="EndBatch"/>.</param>
    /// <param name="options">
    /// Its plan, if any, tells which values are kept, and then its rows are the most that the file has; the table does
    /// not depend on its threads.
    /// </param>
    /// <param name="names">The file's columns, in order.</param>
    /// <param name="log">Receives every bad value.</param>
    public TableBuilder(
        RowBlock batch, DatasetReadOptions options, IReadOnlyList<string> names, AnomalyLog log)
    {
        (_batch, _schema, _log, _threads) = (batch, options.Schema, log, options.Threads);
        var (plan, capacity) = (options.Plan, (int)options.Rows);
        _thinning = plan is null ? null : new RowKeepRule(plan.KeptShare);
        var places = new Dictionary<string, int>();
        for (var i = 0; i < names.Count; i++) places[names[i]] = i;
        var builders = new ColumnBuilders(_schema, plan, capacity, _thinning?.CountKept(capacity) ?? 0);
        _hashes = new RowValues<ulong>(capacity);
        _key = KeyColumns.For(options, places, TruthFormat);
        _columns = [.. _schema.Columns
            .Where(c => c.Role != ColumnRole.Ignored || _schema.TimeColumns.Contains(c.Name))
            .Select((c, i) => Use(c, places.GetValueOrDefault(c.Name, -1), i))];
        _label = Array.FindIndex(_columns, c => c.Schema.Role == ColumnRole.Label);
        _batchSums = [.. Enumerable.Range(0, _threads).Select(_ => new BlockValues<ulong>())];

        UsedColumn Use(ColumnSchema column, int place, int index) => new(
            place, column, builders.For(column, HashKey(column, index), TruthFormat(column, place, options.Formats)));
    }

    /// <summary>See <see cref="DatasetReadResult.KeyHashes"/>.</summary>
    public ulong[]? KeyHashes => _key?.ToArray();

    /// <summary>Number of accepted rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Number of rows left out because they have no label.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Number of rows that are not bad.</summary>
    public long Seen => RowCount + Unlabelled;

    /// <summary>Bytes of memory in use.</summary>
    public long Size =>
        _columns.Sum(c => c.Builder.Size) + ((_key is null ? 1L : 2L) * sizeof(ulong) * RowCount);

    /// <summary>Features without a value in any accepted row.</summary>
    public IEnumerable<string> EmptyFeatures =>
        _columns.Where(c => c.Schema.Role == ColumnRole.Feature && !c.Builder.HasValue).Select(c => c.Schema.Name);

    /// <summary>Adds a record that is no row.</summary>
    /// <param name="record">As stored.</param>
    public void AddBroken(Anomaly why, ReadOnlySpan<byte> record)
    {
        _broken.Add(why);
        _badRecords.Add((why.Row!.Value, record.ToArray()));
    }

    /// <summary>Reads the batch. Call it before further text or values are read.</summary>
    /// <param name="bad">Receives the bad rows as stored.</param>
    /// <param name="part">Receives the accepted rows, if it is not null.</param>
    /// <returns>The number of bad rows.</returns>
    public int EndBatch(QuarantineWriter bad, PartRows? part)
    {
        var threads = _batch.Count < WorthThreads ? 1 : _threads;
        foreach (var column in _columns) column.Builder.Clear();
        OrderedParallel.For(threads, threads, worker => ReadBatch(worker, threads));

        var badRows = LogFaults();
        var count = _badRecords.Count;
        var leftOut = AddUnlabelled(badRows);
        _batch.Accept(leftOut, _thinning, RowCount);
        OrderedParallel.For(threads, _columns.Length, i => _columns[i].Builder.Append(_batch));
        _hashes.Append(HashRows(threads), _batch.Good);
        _key?.Append(_batch);
        part?.Add(_batch);
        RowCount += _batch.Good.Length;
        foreach (var (_, record) in _badRecords.OrderBy(r => r.Line)) bad.Add(record);
        _badRecords.Clear();
        _batch.Clear();
        return count;
    }

    /// <summary>Builds the features, the label and the time column of the rows whose values are kept.</summary>
    public (Table Table, BinnedTable? AllRows, Column Label) Build()
    {
        var columns = _columns.Where(c => c.Schema.Role != ColumnRole.Id).Select(c => c.Builder.Build()).ToList();
        var place = columns.FindIndex(c => c.Name == _schema.Label);
        if (columns[place] is CategoricalColumn classes) columns[place] = ClassNames.Merge(classes);
        var label = columns[place];
        var hashes = _hashes.ToArray();
        if (_thinning is null) return (new Table(columns, RowCount, hashes), null, label);

        int[] kept = [.. Enumerable.Range(0, RowCount).Where(_thinning.Keeps)];
        var rows = new BinnedTable
        {
            RowCount = RowCount,
            RowHashes = hashes,
            Label = label,
            Times = [.. _schema.TimeColumns.Select(name => columns.Find(c => c.Name == name)!)],
            Columns = _columns.Select(c => c.Builder.BuildBinned()).OfType<BinnedTableColumn>()
                .ToDictionary(c => c.Name),
            Kept = kept,
        };
        var table = new Table(
            [.. columns.Select(c => c.Count == kept.Length ? c : c.Select(kept))], kept.Length,
            Array.ConvertAll(kept, row => hashes[row]));
        return (table, rows, label);
    }

    /// <summary>Describes a record that does not have <paramref name="fieldCount"/> fields.</summary>
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

    /// <summary>How a column of truth values is written; null for plain ones.</summary>
    private static CellFormat? TruthFormat(ColumnSchema column, int place, FileFormats formats) =>
        place >= 0 && column.Type == ColumnType.Boolean && formats.KindOf(place) is BooleanFormat
            ? formats.Of(place)
            : null;

    /// <summary>
    /// An id represents its row; without ids every feature counts. The label never does: it must not decide a row's
    /// side of a split.
    /// </summary>
    private ulong HashKey(ColumnSchema column, int index) =>
        column.Role == (_schema.Id is null ? ColumnRole.Feature : ColumnRole.Id) ? RowHash.Key(index) : 0;

    /// <summary>
    /// Reads every workers-th column, a few rows at a time, as the batch's kind of rows wants it.
    /// </summary>
    private void ReadBatch(int worker, int workers)
    {
        var sums = _batchSums[worker].For(_batch);
        sums[.._batch.Count].Clear();
        for (var from = 0; from < _batch.Count; from += _batch.RowsTogether)
        {
            var to = Math.Min(_batch.Count, from + _batch.RowsTogether);
            for (var i = worker; i < _columns.Length; i += workers)
            {
                _columns[i].Builder.Read(_batch, _columns[i].Place, from, to, sums);
            }
        }
    }

    /// <summary>Combines the workers' sums of column hashes to the batch's row hashes.</summary>
    private Span<ulong> HashRows(int workers)
    {
        var hashes = _batchSums[0].Span[.._batch.Count];
        foreach (ref var other in _batchSums.AsSpan(1, workers - 1))
        {
            var sums = other.Span;
            for (var row = 0; row < hashes.Length; row++) hashes[row] += sums[row];
        }

        foreach (ref var hash in hashes) hash = RowHash.Finish(hash);
        return hashes;
    }

    /// <summary>Counts the rows without label that are not bad, and joins them to the bad ones, ascending.</summary>
    private int[] AddUnlabelled(int[] badRows)
    {
        var absent = _columns[_label].Builder.Absent;
        if (absent.Count == 0) return badRows;
        int[] all = [.. absent.Concat(badRows).Distinct().Order()];
        Unlabelled += all.Length - badRows.Length;
        return all;
    }

    /// <summary>Logs the faults in the order of the file's rows.</summary>
    /// <returns>The batch's rows with a bad value, ascending.</returns>
    private int[] LogFaults()
    {
        var faults = _columns.SelectMany((column, c) => column.Builder.Faults.Select(row => (Row: row, Column: c)))
            .Order().ToList();
        if (faults.Count + _broken.Count == 0) return [];
        var anomalies = faults.Select(fault =>
        {
            var builder = _columns[fault.Column].Builder;
            var text = _batch.Cell(fault.Row, _columns[fault.Column].Place);
            var what = builder.Explain(text);
            return new Anomaly(
                what.Code, AnomalySeverity.Error, builder.Name, _batch.Line(fault.Row), what.Expected,
                FieldText.Show(text));
        });
        foreach (var anomaly in anomalies.Concat(_broken).OrderBy(a => a.Row)) _log.AddRow(anomaly);
        _broken.Clear();
        int[] rows = [.. faults.Select(f => f.Row).Distinct()];
        foreach (var row in rows) _badRecords.Add((_batch.Line(row), _batch.Record(row)));
        return rows;
    }

    /// <param name="Place">Index of the field; −1 where the file lacks the column.</param>
    private sealed record UsedColumn(int Place, ColumnSchema Schema, ColumnBuilder Builder);
}
