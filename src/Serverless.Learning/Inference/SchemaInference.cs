using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <param name="Schema">Null if the file was rejected.</param>
/// <param name="Rejection">Why no schema can be inferred; null if there is one.</param>
public sealed record SchemaInferenceResult(DatasetSchema? Schema, ValidationReport? Rejection)
{
    /// <summary>The rows it was inferred from; null if the file was rejected.</summary>
    public FileSample? Sample { get; init; }

    /// <summary>Warnings: settings of model.json without an effect on the file, columns that may be leaks.</summary>
    public IReadOnlyList<Anomaly> Notices { get; init; } = [];

    /// <summary>
    /// SHA-256 of the file as it is stored, lower-case hex: the known one, or computed while reading. Empty if damage
    /// stopped the reading.
    /// </summary>
    public required string ContentHash { get; init; }
}

/// <summary>
/// Infers a file's columns from <c>model.json</c> and, where that is silent, from up to 50,000 rows spread over the
/// whole file. The same file and definition always give the same schema.
/// </summary>
public static class SchemaInference
{
    /// <param name="content">The stored file, gzip or not, from its start. Stays owned by the caller.</param>
    /// <param name="source">The blob's name, for the report.</param>
    public static Task<SchemaInferenceResult> InferAsync(
        Stream content, string source, ModelDefinition definition, CancellationToken cancellationToken) =>
        InferAsync(content, source, definition, knownHash: null, Environment.ProcessorCount, cancellationToken);

    /// <param name="knownHash">SHA-256 of the content if known; null to compute it.</param>
    /// <param name="threads">Max threads; the schema does not depend on it.</param>
    public static async Task<SchemaInferenceResult> InferAsync(
        Stream content, string source, ModelDefinition definition, string? knownHash, int threads,
        CancellationToken cancellationToken)
    {
        await using var file = await CsvSource.OpenAsync(
            content, cancellationToken, hashes: knownHash is null, definition.Sheet);
        var csv = file.Csv;
        var log = new AnomalyLog();
        var columns = await CsvColumns.ReadAsync(file, definition, cancellationToken);
        var label = definition.Label is null
            ? columns.Names.Count - 1
            : columns.Names.ToList().IndexOf(definition.Label);
        var problem = columns.Rejection ?? CheckNames(columns.Names, definition);
        var sample = new StridedRowSample();
        var labels = new ColumnProfile();
        var (bad, damage) = (0L, (CsvDamage?)null);
        if (problem is null)
        {
            if (file.Table is { } table)
            {
                damage = await new TypedSampling(table, sample).RunAsync(
                    label, labels, long.MaxValue, cancellationToken);
            }
            else
            {
                bad = await ReadRowsAsync(
                    csv, columns.Names, label, (sample, labels), log, cancellationToken);
                damage = csv.Damage;
            }

            problem = Anomaly.Of(damage) ?? (sample.Count == 0 ? NothingToLearn(bad, log) : null);
        }

        DatasetSchema? schema = null;
        IReadOnlyList<Anomaly> doubts = [];
        var formats = FileFormats.Plain;
        if (problem is null)
        {
            (formats, var profiles) = FormatDetection.Run(columns.Names, definition, sample, file, threads);
            // Rewritten labels are numbers, for which the sample is enough.
            if (formats.Of(label) is not null) labels = ColumnProfile.OfLabel(sample, label);
            var inferred = new InferredColumns(columns.Names, definition, sample, label, labels, profiles, formats);
            (schema, problem) = inferred.ToSchema();
            doubts = inferred.Doubts;
        }

        var isWhole = damage is null && csv.Damage is null;
        var hash = knownHash ?? (isWhole ? await file.HashToEndAsync(cancellationToken) : "");
        if (problem is null)
        {
            return new SchemaInferenceResult(schema, null)
            {
                Sample = new FileSample(columns.Names, sample, formats),
                Notices = [.. new IdleSettings(definition, schema!).Find(csv.HasNames), .. doubts],
                ContentHash = hash,
            };
        }

        foreach (var note in csv.Notes) log.AddFile(Anomaly.Of(note));
        log.AddFile(problem);
        return new SchemaInferenceResult(null, new ValidationReport
        {
            Source = source,
            ContentHash = hash,
            Rows = sample.Seen + bad,
            BadRows = bad,
            Rejection = RejectionText.Of(problem, csv.Notes),
            Anomalies = log.ToList(),
        })
        { ContentHash = hash };
    }

    /// <param name="log">Receives the first record that is no row.</param>
    /// <returns>The number of such records.</returns>
    private static async Task<long> ReadRowsAsync(
        CsvTokenizer csv, IReadOnlyList<string> names, int label,
        (StridedRowSample Sample, ColumnProfile Labels) rows, AnomalyLog log, CancellationToken cancellationToken)
    {
        var (fields, bad) = (names.Count, 0L);
        do
        {
            while (csv.TryRead())
            {
                if (csv.Fault != QuoteFault.None || csv.FieldCount != fields)
                {
                    if (bad++ == 0) log.AddRow(TableBuilder.BrokenRecord(csv, fields));
                }
                else
                {
                    // Profile the label in every row: a rare class must not be missed.
                    rows.Labels.AddLabel(csv.Field(label), rows.Sample.Seen);
                    rows.Sample.Add(csv);
                }

                csv.Forget();
            }
        }

        while (await csv.FillAsync(cancellationToken));
        return bad;
    }

    /// <summary>Checks that the columns required by model.json exist.</summary>
    private static Anomaly? CheckNames(IReadOnlyList<string> names, ModelDefinition definition)
    {
        if (definition.Label is { } label && !names.Contains(label)) return Missing("the label column", label);
        if (definition.Time is { } time && !names.Contains(time)) return Missing("the time column", time);
        if (definition.TimeParts?.FirstOrDefault(p => !names.Contains(p)) is { } part)
        {
            return Missing("the column of timeParts", part);
        }

        if (definition.Id is { } id && !names.Contains(id)) return Missing("the id column", id);
        if (definition.Data.Key?.FirstOrDefault(k => !names.Contains(k)) is { } key)
        {
            return Missing("the column of data.key", key);
        }

        var required = definition.Features.FirstOrDefault(f => f.Required && !names.Contains(f.Name));
        return required is null ? null : Missing("the required column", required.Name);

        Anomaly Missing(string what, string name) => DatasetReader.OfFile(
            AnomalyCodes.MissingColumn, $"{what} {FieldText.Show(name)}",
            $"only the columns {FieldText.List(names)}{Suggestion(name)}", name);

        string Suggestion(string name)
        {
            var known = definition.Features.Select(f => f.Name)
                .Concat([definition.Label, definition.Time, definition.Id]).ToHashSet();
            return NameSuggestion.Nearest(name, names.Where(n => !known.Contains(n))) is not { } closest
                ? ""
                : $"; if {FieldText.Show(closest)} is the same column, set \"aliases\": "
                    + $"{{\"{name}\": [\"{closest}\"]}} in model.json";
        }
    }

    private static Anomaly NothingToLearn(long bad, AnomalyLog log) => bad == 0
        ? DatasetReader.OfFile(AnomalyCodes.NoRows, "rows of data", "none behind the header")
        : DatasetReader.OfFile(
            AnomalyCodes.TooManyBadRows, "rows of data", $"{bad:N0} bad ones; the first is {log.FirstRow}");
}
