using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>
/// Reads a dropped file into typed columns and validates it, in one pass and bounded memory. Problems of the data are
/// in the report; an exception is a fault of the storage or a bug.
/// </summary>
public static class DatasetReader
{
    /// <summary>Min rows from which anything verifiable can be learned.</summary>
    public const int MinRows = 10;

    /// <summary>Beyond this many classes a label counts as an id or free text.</summary>
    public const int MaxClasses = 1_000;

    /// <param name="content">The stored file, gzip or not, from its start. Stays owned by the caller.</param>
    public static async Task<DatasetReadResult> ReadAsync(
        Stream content, DatasetReadOptions options, CancellationToken cancellationToken)
    {
        var (source, schema, definition) = options;
        var (plan, rows, knownHash, maxTableBytes) =
            (options.Plan, options.Rows, options.KnownHash, options.MaxTableBytes);
        await using var file = await CsvSource.OpenAsync(
            content, cancellationToken, hashes: knownHash is null, definition.Sheet);
        var csv = file.Csv;
        var log = new AnomalyLog();
        TableBuilder? table = null;
        var columns = await CsvColumns.ReadAsync(csv, definition, cancellationToken);
        if ((columns.Rejection ?? ColumnCheck.Compare(options, columns.Names, log)) is { } unreadable)
        {
            return Rejected(unreadable, "", 0, 0);
        }

        var tooLarge = OfFile(
            AnomalyCodes.TooLarge, $"rows that take at most {maxTableBytes:N0} bytes as typed columns", "more");
        if (plan is not null && rows * (plan.Edges.Count + sizeof(ulong)) > maxTableBytes)
        {
            return Rejected(tooLarge, "", 0, 0);
        }

        table = new TableBuilder(csv, options, columns.Names, log);
        await using var part = PartRows.For(options, columns.Names);
        var badRows = 0L;
        var bad = new QuarantineWriter(options.Quarantine, columns.Header);
        do
        {
            while (csv.TryRead())
            {
                table.Add();
                if (table.BatchIsFull) badRows += table.EndBatch(bad, part);
            }

            badRows += table.EndBatch(bad, part);
            await bad.FlushAsync(cancellationToken);
            if (part is not null) await part.StoreAsync(cancellationToken);
            if (table.Size <= maxTableBytes) continue;
            return Rejected(tooLarge with { Found = $"more at line {csv.Line}" }, "", table.Seen + badRows, badRows);
        }

        while (await csv.FillAsync(cancellationToken));

        var read = table.Seen + badRows;
        if (Anomaly.Of(csv.Damage) is { } damage) return Rejected(damage, "", read, badRows);
        var hash = knownHash ?? await file.HashToEndAsync(cancellationToken);
        if (csv.EndsInLine && table.LastIsBroken) log.AddFile(CutOff(csv.Line));
        if (table.Unlabelled > 0) log.AddFile(WithoutLabel(schema.Label, table.Unlabelled, read));
        if (CheckRows(read, badRows, table.RowCount, definition, log) is { } problem)
        {
            return Rejected(problem, hash, read, badRows);
        }

        var (result, allRows, label) = table.Build();
        if (ColumnCheck.CheckLabel(label, schema) is { } noLabel) return Rejected(noLabel, hash, read, badRows);
        if (part is not null) await part.WriteAsync(cancellationToken);
        ColumnCheck.WarnOfEmpty(table.EmptyFeatures, log);
        LogNotes();
        return new DatasetReadResult(result, Report(null, hash, read, badRows))
        {
            AllRows = allRows,
            KeyHashes = table.KeyHashes,
        };

        void LogNotes()
        {
            foreach (var note in csv.Notes) log.AddFile(Anomaly.Of(note));
        }

        DatasetReadResult Rejected(Anomaly problem, string contentHash, long count, long ofThemBad)
        {
            LogNotes();
            log.AddFile(problem);
            return new DatasetReadResult(
                null, Report(RejectionText.Of(problem, csv.Notes), contentHash, count, ofThemBad));
        }

        ValidationReport Report(string? rejection, string contentHash, long count, long ofThemBad) => new()
        {
            Source = source,
            ContentHash = contentHash,
            Rows = count,
            BadRows = ofThemBad,
            Unlabelled = table?.Unlabelled ?? 0,
            Rejection = rejection,
            Anomalies = log.ToList(),
        };
    }

    public static Anomaly OfFile(string code, string expected, string found, string? column = null) =>
        new(code, AnomalySeverity.Error, column, Row: null, expected, found);

    private static Anomaly WithoutLabel(string label, long count, long rows) => new(
        AnomalyCodes.ValueMissing, AnomalySeverity.Warning, label, Row: null, "a label in every row to learn from",
        $"none in {count:N0} of {rows:N0} rows, which are left out", count);

    private static Anomaly CutOff(long line) => new(
        AnomalyCodes.Truncated, AnomalySeverity.Warning, Column: null, line,
        "a whole row and the end of a line at the end",
        "a part of a row, as of a copy that was cut off; rows after it may be missing, so drop the whole file");

    private static Anomaly? CheckRows(
        long rows, long badRows, long accepted, ModelDefinition definition, AnomalyLog log)
    {
        if (rows == 0) return OfFile(AnomalyCodes.NoRows, "rows of data", "none behind the header");
        var allowed = definition.Validation.MaxBadRows;
        if (badRows > allowed * rows)
        {
            return OfFile(
                AnomalyCodes.TooManyBadRows,
                $"at most {allowed:0.##%} bad rows",
                $"{badRows:N0} of {rows:N0} ({(double)badRows / rows:0.##%}); the first is {log.FirstRow}");
        }

        return accepted < MinRows
            ? OfFile(AnomalyCodes.TooFewRows, $"at least {MinRows} usable rows", $"{accepted}")
            : null;
    }
}
