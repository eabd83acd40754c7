using Serverless.Core.Registry;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Maps a version's features to the fields of one file, by column name.</summary>
/// <param name="Names">One per field of a complete row.</param>
/// <param name="Id">Index of the id's field; −1 if the model or the file has none.</param>
/// <param name="Features">Index of each feature's field, in the signature's order.</param>
/// <param name="Rejection">Why the file cannot be predicted; null if it can.</param>
internal sealed record BatchColumns(IReadOnlyList<string> Names, int Id, int[] Features, Anomaly? Rejection)
{
    /// <summary>
    /// Reads the header, if the model's files have one. The label column is optional, unknown columns are ignored, and
    /// every feature's column is required, though its fields may be empty.
    /// </summary>
    public static async Task<BatchColumns> ReadAsync(
        CsvTokenizer csv, Manifest manifest, Signature signature, CancellationToken cancellationToken)
    {
        var columns = await CsvColumns.ReadAsync(csv, manifest.Definition, cancellationToken);
        if (columns.Rejection is { } rejection) return Reject(rejection);
        var names = columns.Names;
        if (!csv.HasNames && !CsvColumns.ExpectsHeader(manifest.Definition))
        {
            string[] all = [.. manifest.Schema.Columns.Select(c => c.Name)];
            string[] withoutLabel = [.. all.Where(n => n != signature.Label)];
            if (csv.FieldCount != all.Length && csv.FieldCount != withoutLabel.Length)
            {
                return Reject(DatasetReader.OfFile(
                    AnomalyCodes.FieldCount,
                    $"{all.Length:N0} fields in a row, or {withoutLabel.Length:N0} without the label, as the files "
                    + "that the model learned from have no header",
                    $"{csv.FieldCount:N0} in the first"));
            }

            names = csv.FieldCount == all.Length ? all : withoutLabel;
        }

        var places = new Dictionary<string, int>();
        for (var i = 0; i < names.Count; i++) places[names[i]] = i;
        string[] missing = [.. signature.Features.Select(f => f.Name).Where(n => !places.ContainsKey(n))];
        return missing.Length > 0
            ? Reject(DatasetReader.OfFile(
                AnomalyCodes.MissingColumn,
                $"every feature of the model as a column; {FieldText.List(missing)} "
                + $"{(missing.Length == 1 ? "is" : "are")} missing",
                $"the columns {FieldText.List(names)}",
                missing[0]))
            : new BatchColumns(
                names,
                signature.Id is { } id ? places.GetValueOrDefault(id, -1) : -1,
                [.. signature.Features.Select(f => places[f.Name])],
                null);
    }

    private static BatchColumns Reject(Anomaly rejection) => new([], -1, [], rejection);
}
