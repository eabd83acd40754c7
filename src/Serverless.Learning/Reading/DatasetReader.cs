using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>
/// Reads a dropped file into typed columns, once and in bounded memory, and judges it. What is wrong with the data is
/// in the report; an exception is a fault of the storage or of ours.
/// </summary>
public static class DatasetReader
{
    /// <summary>Fewer rows than this teach nothing that could be checked.</summary>
    public const int MinRows = 10;

    /// <summary>Beyond this many classes a label is taken for an id or free text.</summary>
    public const int MaxClasses = 1_000;

    /// <summary>Bytes that a file may take as typed columns. A small gzip file can hold any number of rows.</summary>
    public const long DefaultMaxTableBytes = 4L << 30;

    /// <param name="content">The file as it is stored, gzip or not, from its start. It stays the caller's.</param>
    /// <param name="source">The blob's name, for the report.</param>
    /// <param name="schema">The columns to read. The file's may stand in another order where it has a header.</param>
    /// <param name="quarantine">
    /// Asked for a destination at the first bad row: the header, where there is one, and the bad rows as they were are
    /// written there. The stream stays the caller's. Null: bad rows are only counted.
    /// </param>
    public static Task<DatasetReadResult> ReadAsync(
        Stream content,
        string source,
        DatasetSchema schema,
        ModelDefinition definition,
        Func<Stream>? quarantine,
        CancellationToken cancellationToken,
        long maxTableBytes = DefaultMaxTableBytes) => ReadAsync(
            content, source, schema, definition, quarantine, plan: null, rows: 0, knownHash: null, Environment.ProcessorCount, cancellationToken, maxTableBytes);

    /// <param name="plan">How a large file is held; null: the values of all rows are kept.</param>
    /// <param name="rows">How many rows the file has at most, where there is a plan.</param>
    /// <param name="knownHash">SHA-256 of the content, where somebody has seen to it that the content is still that; null: it is worked out.</param>
    /// <param name="threads">How many may be used; the result does not depend on it.</param>
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
        await using var file = await CsvSource.OpenAsync(content, cancellationToken, hashes: knownHash is null);
        var csv = file.Csv;
        var log = new AnomalyLog();
        var columns = await CsvColumns.ReadAsync(csv, definition, cancellationToken);
        if ((columns.Rejection ?? ColumnCheck.Compare(schema, columns.Names, definition, log)) is { } unreadable)
        {
            return Rejected(unreadable, "", 0, 0);
        }

        var tooLarge = OfFile(
            AnomalyCodes.TooLarge, $"rows that take at most {maxTableBytes:N0} bytes as typed columns", "more");
        if (plan is not null && rows * (plan.Edges.Count + sizeof(ulong)) > maxTableBytes) return Rejected(tooLarge, "", 0, 0);
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
            return Rejected(tooLarge with { Found = $"more at line {csv.Line}" }, "", table.RowCount + badRows, badRows);
        }
        while (await csv.FillAsync(cancellationToken));

        var read = table.RowCount + badRows;
        if (Anomaly.Of(csv.Damage) is { } damage) return Rejected(damage, "", read, badRows);
        var hash = knownHash ?? await file.HashToEndAsync(cancellationToken);
        if (CheckRows(read, badRows, definition, log) is { } problem) return Rejected(problem, hash, read, badRows);

        var (result, allRows, label) = table.Build();
        if (ColumnCheck.CheckLabel(label, schema) is { } noLabel) return Rejected(noLabel, hash, read, badRows);
        ColumnCheck.WarnOfEmpty(table.EmptyFeatures, log);
        return new DatasetReadResult(result, Report(null, hash, read, badRows)) { AllRows = allRows };

        DatasetReadResult Rejected(Anomaly problem, string contentHash, long count, long ofThemBad)
        {
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
