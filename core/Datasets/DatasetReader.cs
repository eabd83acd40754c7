namespace Serverless.Datasets;

/// <summary>
/// Reads a dropped file into typed columns, once and in bounded memory, and judges it. What is wrong with the data is
/// in the report; an exception is a fault of the storage or of ours.
/// </summary>
public static class DatasetReader
{
    /// <summary>Fewer rows than this teach nothing that could be checked.</summary>
    public const int MinimumRows = 10;

    /// <summary>Beyond this many classes a label is taken for an id or free text.</summary>
    public const int MaximumClasses = 1_000;

    /// <summary>Bytes that a file may take as typed columns. A small gzip file can hold any number of rows.</summary>
    public const long DefaultMaximumTableBytes = 4L << 30;

    /// <param name="content">The file as it is stored, gzip or not, from its start. It stays the caller's.</param>
    /// <param name="source">The blob's name, for the report.</param>
    /// <param name="schema">The columns to read. The file's may stand in another order where it has a header.</param>
    /// <param name="quarantine">
    /// Asked for a destination at the first bad row: the header, where there is one, and the bad rows as they were are
    /// written there. The stream stays the caller's. Null: bad rows are only counted.
    /// </param>
    public static async Task<DatasetReadResult> ReadAsync(
        Stream content,
        string source,
        DatasetSchema schema,
        ModelDefinition definition,
        Func<Stream>? quarantine,
        CancellationToken cancellationToken,
        long maximumTableBytes = DefaultMaximumTableBytes)
    {
        using var file = await DroppedFile.OpenAsync(content, cancellationToken);
        var csv = file.Csv;
        var log = new AnomalyLog();
        var columns = await CsvColumns.ReadAsync(csv, definition, cancellationToken);
        if ((columns.Rejection ?? ColumnCheck.Compare(schema, columns.Names, definition, log)) is { } unreadable)
        {
            return Rejected(unreadable, "", 0, 0);
        }

        var table = new TableBuilder(schema, columns.Names, log);
        var badRows = 0L;
        var bad = new QuarantineWriter(quarantine, columns.Header);
        do
        {
            while (csv.TryRead())
            {
                if (table.TryAdd(csv)) continue;
                badRows++;
                bad.Add(csv.Record);
            }

            await bad.FlushAsync(cancellationToken);
            if (table.Size <= maximumTableBytes) continue;
            var tooLarge = OfFile(
                AnomalyCodes.TooLarge,
                $"rows that take at most {maximumTableBytes:N0} bytes as typed columns",
                $"more at line {csv.Line}");
            return Rejected(tooLarge, "", table.RowCount + badRows, badRows);
        }
        while (await csv.FillAsync(cancellationToken));

        var rows = table.RowCount + badRows;
        if (csv.Damage is not null) return Rejected(csv.Damage, "", rows, badRows);
        var hash = await file.HashToEndAsync(cancellationToken);
        if (CheckRows(rows, badRows, definition, log) is { } problem) return Rejected(problem, hash, rows, badRows);

        var result = table.Build();
        if (ColumnCheck.CheckLabel(result, schema) is { } label) return Rejected(label, hash, rows, badRows);
        ColumnCheck.WarnOfEmpty(result, schema, log);
        return new DatasetReadResult(result, Report(null, hash, rows, badRows));

        DatasetReadResult Rejected(Anomaly problem, string contentHash, long read, long ofThemBad)
        {
            log.AddFile(problem);
            return new DatasetReadResult(
                null, Report($"Expected {problem.Expected}, found {problem.Found}.", contentHash, read, ofThemBad));
        }

        ValidationReport Report(string? rejection, string contentHash, long read, long ofThemBad) => new()
        {
            Source = source,
            ContentHash = contentHash,
            Rows = read,
            BadRows = ofThemBad,
            Rejection = rejection,
            Anomalies = log.ToList(),
        };
    }

    internal static Anomaly OfFile(string code, string expected, string found, string? column = null) =>
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

        return rows - badRows < MinimumRows
            ? OfFile(AnomalyCodes.TooFewRows, $"at least {MinimumRows} usable rows", $"{rows - badRows}")
            : null;
    }
}
