using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Learning.Inference;

/// <summary>
/// Rows sampled evenly from one file, and their number: what is known before it is read into columns.
/// </summary>
/// <param name="Names">The file's columns in order; empty if it cannot be read.</param>
/// <param name="Rows">As rewritten by the formats.</param>
/// <param name="Formats">How the file's cells are written.</param>
public sealed record FileSample(IReadOnlyList<string> Names, StridedRowSample Rows, FileFormats Formats)
{
    /// <param name="names">The columns, where they are known; else they are read, or as model.json says.</param>
    /// <param name="maxRows">Stops soon after as many rows.</param>
    /// <param name="content">The stored file, gzip or not, from its start. Stays owned by the caller.</param>
    public static async Task<FileSample> ReadAsync(
        Stream content, ModelDefinition definition, CancellationToken cancellationToken,
        IReadOnlyList<string>? names = null, long maxRows = long.MaxValue)
    {
        await using var file = await CsvSource.OpenAsync(
            content, cancellationToken, hashes: false, definition.Sheet);
        var columns = await CsvColumns.ReadAsync(file, definition, cancellationToken);
        var rows = new StridedRowSample();
        names ??= columns.Names;
        if (columns.Rejection is not null) return new FileSample([], rows, FileFormats.Plain);
        if (file.Table is { } table)
        {
            await new TypedSampling(table, rows).RunAsync(-1, null, maxRows, cancellationToken);
        }
        else await ReadRowsAsync(file.Csv, rows, names.Count, maxRows, cancellationToken);
        var (formats, _) = FormatDetection.Run(
            names, definition, rows, file, Environment.ProcessorCount);
        return new FileSample(names, rows, formats);
    }

    private static async Task ReadRowsAsync(
        CsvTokenizer csv, StridedRowSample rows, int fields, long maxRows, CancellationToken cancellationToken)
    {
        do
        {
            while (csv.TryRead())
            {
                if (csv.Fault == QuoteFault.None && csv.FieldCount == fields) rows.Add(csv);
                csv.Forget();
            }
        }

        while (rows.Seen < maxRows && await csv.FillAsync(cancellationToken));
    }
}
