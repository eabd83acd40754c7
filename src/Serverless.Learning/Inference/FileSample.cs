using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Learning.Inference;

/// <summary>
/// Rows sampled evenly from one file, and their number: what is known before it is read into columns.
/// </summary>
/// <param name="Names">The file's columns in order; empty if it cannot be read.</param>
public sealed record FileSample(IReadOnlyList<string> Names, StridedRowSample Rows)
{
    /// <param name="content">The stored file, gzip or not, from its start. Stays owned by the caller.</param>
    public static async Task<FileSample> ReadAsync(
        Stream content, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var file = await CsvSource.OpenAsync(
            content, cancellationToken, hashes: false, definition.Sheet);
        var columns = await CsvColumns.ReadAsync(file.Csv, definition, cancellationToken);
        var rows = new StridedRowSample();
        if (columns.Rejection is not null) return new FileSample([], rows);
        do
        {
            while (file.Csv.TryRead())
            {
                if (file.Csv.Fault == QuoteFault.None && file.Csv.FieldCount == columns.Names.Count) rows.Add(file.Csv);
                file.Csv.Forget();
            }
        }

        while (await file.Csv.FillAsync(cancellationToken));
        return new FileSample(columns.Names, rows);
    }
}
