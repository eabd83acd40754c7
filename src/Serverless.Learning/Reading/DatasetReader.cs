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

    /// <summary>Max bytes of a file's typed columns. A small gzip file can hold any number of rows.</summary>
    public const long DefaultMaxTableBytes = 4L << 30;

    /// <param name="content">The stored file, gzip or not, from its start. Stays owned by the caller.</param>
    /// <param name="source">The blob's name, for the report.</param>
    /// <param name="schema">The columns to read. With a header, the file's may be in another order.</param>
    /// <param name="quarantine">
    /// Opens the destination at the first bad row: the header, if any, and the bad rows as stored are written there.
    /// The stream stays owned by the caller. Null: bad rows are only counted.
    /// </param>
    public static Task<DatasetReadResult> ReadAsync(
        Stream content,
        string source,
        DatasetSchema schema,
        ModelDefinition definition,
        Func<Stream>? quarantine,
        CancellationToken cancellationToken,
        long maxTableBytes = DefaultMaxTableBytes) => ReadAsync(
            content, source, schema, definition, quarantine, plan: null, rows: 0, knownHash: null,
            Environment.ProcessorCount, cancellationToken, maxTableBytes);

    /// <param name="plan">How to hold a large file; null keeps the values of all rows.</param>
    /// <param name="rows">Max rows of the file, if there is a plan.</param>
    /// <param name="knownHash">
    /// SHA-256 of the content, if the caller has ensured that it still holds; null to compute it.
    /// </param>
    /// <param name="threads">Max threads; the result does not depend on it.</param>
    public static async Task<DatasetReadResult> ReadAsync(
        Stream content,
        string source,
        DatasetSchema schema,
        ModelDefinition definition,
        Func<Stream>? quarantine,
        BinningPlan? plan,
        long rows,
        string? knownHash,
        int threads,
        CancellationToken cancellationToken,
        long maxTableBytes = DefaultMaxTableBytes)
    {
        await using var file = await CsvSource.OpenAsync(
            content, cancellationToken, hashes: knownHash is null, definition.Sheet);
        var csv = file.Csv;
        var log = new AnomalyLog();
        var columns = await CsvColumns.ReadAsync(csv, definition, cancellationToken);
        if ((columns.Rejection ?? ColumnCheck.Compare(schema, columns.Names, definition, log)) is { } unreadable)
        {
            return Rejected(unreadable, "", 0, 0);
        }

        var tooLarge = OfFile(
            AnomalyCodes.TooLarge, $"rows that take at most {maxTableBytes:N0} bytes as typed columns", "more");
        if (plan is not null && rows * (plan.Edges.Count + sizeof(ulong)) > maxTableBytes)
        {
            return Rejected(tooLarge, "", 0, 0);
        }

        var table = new TableBuilder(csv, schema, columns.Names, log, plan, (int)rows, threads);
        var badRows = 0L;
        var bad = new QuarantineWriter(quarantine, columns.Header);
        do
        {
            while (csv.TryRead())
            {
                table.Add();
                if (table.BatchIsFull) badRows += table.EndBatch(bad);
            }

            badRows += table.EndBatch(bad);
            await bad.FlushAsync(cancellationToken);
            if (table.Size <= maxTableBytes) continue;
            return Rejected(
                tooLarge with { Found = $"more at line {csv.Line}" }, "", table.RowCount + badRows, badRows);
        }

        while (await csv.FillAsync(cancellationToken));

        var read = table.RowCount + badRows;
        if (Anomaly.Of(csv.Damage) is { } damage) return Rejected(damage, "", read, badRows);
        var hash = knownHash ?? await file.HashToEndAsync(cancellationToken);
        if (CheckRows(read, badRows, definition, log) is { } problem) return Rejected(problem, hash, read, badRows);

        var (result, allRows, label) = table.Build();
        if (ColumnCheck.CheckLabel(label, schema) is { } noLabel) return Rejected(noLabel, hash, read, badRows);
        ColumnCheck.WarnOfEmpty(table.EmptyFeatures, log);
        LogNotes();
        return new DatasetReadResult(result, Report(null, hash, read, badRows)) { AllRows = allRows };

        void LogNotes()
        {
            foreach (var note in csv.Notes) log.AddFile(Anomaly.Of(note));
        }

        DatasetReadResult Rejected(Anomaly problem, string contentHash, long count, long ofThemBad)
        {
            LogNotes();
            log.AddFile(problem);
            return new DatasetReadResult(
                null, Report($"Expected {problem.Expected}, found {problem.Found}.", contentHash, count, ofThemBad));
        }

        ValidationReport Report(string? rejection, string contentHash, long count, long ofThemBad) => new()
        {
            Source = source,
            ContentHash = contentHash,
            Rows = count,
            BadRows = ofThemBad,
            Rejection = rejection,
            Anomalies = log.ToList(),
        };
    }

    public static Anomaly OfFile(string code, string expected, string found, string? column = null) =>
        new(code, AnomalySeverity.Error, column, Row: null, expected, found);

    private static Anomaly? CheckRows(long rows, long badRows, ModelDefinition definition, AnomalyLog log)
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

        return rows - badRows < MinRows
            ? OfFile(AnomalyCodes.TooFewRows, $"at least {MinRows} usable rows", $"{rows - badRows}")
            : null;
    }
}
