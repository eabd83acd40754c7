using System.Text;
using Serverless.Core.Data;
using Serverless.Core.Storage;
using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Reads one dropped file: checks its rows, and makes its part.</summary>
internal sealed class FileIngest(TrainingServices services, RunProgress progress, string model, string file)
{
    private readonly BlobStore _store = services.Store;
    private readonly ModelDataFiles _files = new(services.Store, services.Clock, model);
    private readonly DataVersions _versions = new(services.Store, services.Clock, model);

    /// <returns>Null to start over: the file was replaced, or model.json written by a person, meanwhile.</returns>
    public async Task<FileOutcome?> TryAsync(WrittenDefinition written, CancellationToken cancellationToken)
    {
        if (written.Definition is not { } definition) return new FileOutcome.Faulty(written.Problem!, written.ETag!);
        var path = BlobPaths.Dataset(model, file);
        if (await _files.InferAsync(path, definition, cancellationToken) is not var (hashed, inference))
        {
            return await _store.GetPropertiesAsync(path, cancellationToken) is null ? new FileOutcome.Gone() : null;
        }

        byte[]? inferred = null;
        if (!written.IsWritten && inference.Schema is { } schema)
        {
            var meant = InferredDefinition.From(schema, definition);
            inferred = Encoding.UTF8.GetBytes(ModelDefinitionReader.ToJson(meant));
            definition = Parse(inferred);
        }

        var identity = RunIdentity.Of(
            ModelDefinitionReader.CanonicalHash(definition), [hashed.ContentHash], definition.Training.Seed);
        var known = await services.Records.FindAsync(model, identity, cancellationToken);
        if (known is { Outcome: RunOutcome.Rejected }) return new FileOutcome.Repeated(known);

        if (await FindAsync(hashed, definition, cancellationToken) is { } same)
        {
            return await WriteDefinitionAsync(inferred, cancellationToken)
                ? await PutAsync(same, hashed, cancellationToken)
                : null;
        }

        return inference.Schema is null
            ? await RejectAsync(hashed, inference.Rejection!, identity, cancellationToken)
            : await ReadAsync(hashed, inference, definition, inferred, identity, cancellationToken);
    }

    /// <summary>Writes an inferred model.json for its owner to edit.</summary>
    /// <returns>False if a person wrote another one first, or if it is too large to be used.</returns>
    private async Task<bool> WriteDefinitionAsync(byte[]? json, CancellationToken cancellationToken)
    {
        if (json is null) return true;
        var result = await _store.WriteAsync(
            BlobPaths.Definition(model), json, WriteCondition.OnlyIfAbsent, cancellationToken);
        return result.Written && json.Length <= Registry.DefinitionFile.MaxBytes;
    }

    /// <summary>Finds a part that was made of this content before, under whatever name.</summary>
    private async Task<DataPart?> FindAsync(
        HashedFile hashed, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var key = DataPart.Key(hashed.ContentHash, IntakeDefinition.HashOf(definition));
        var newest = await _versions.FindNewestAsync(cancellationToken);
        return newest?.Parts.FirstOrDefault(p => p.Blob == BlobPaths.Part(model, key));
    }

    private async Task<FileOutcome?> ReadAsync(
        HashedFile hashed, SchemaInferenceResult inference, ModelDefinition definition, byte[]? inferred,
        string identity, CancellationToken cancellationToken)
    {
        var (schema, sample) = (inference.Schema!, inference.Sample!);
        if (HyperparameterSearch.FindProblem(
            LearningGoal.Able(services.Trainers, definition), definition.Training, schema.Task) is { } problem)
        {
            return new FileOutcome.Faulty($"model.json cannot be used. {problem}", null);
        }

        var threads = Environment.ProcessorCount;
        var before = await FindReferenceAsync(cancellationToken);
        var profile = DataProfiler.Of(sample, schema, before, (hashed.Name, hashed.ContentHash), threads);
        var plan = BinningPlanner.For(schema, [sample], threads);
        var options = new DatasetReadOptions(hashed.Name, schema, definition)
        {
            Plan = plan,
            Rows = sample.Rows.Seen,
            Formats = sample.Formats,
        };
        var notices = inference.Notices;
        // Drops the last reference to the sample: it holds whole rows, and reading needs the memory.
        (sample, inference) = (null, null!);
        if (plan is not null) Memory.GiveBack();
        progress.Publish(RunStage.Reading, 0.05, $"validating {hashed.Name}");
        await using var part = new TemporaryFile();
        if (await _files.ReadAsync(
            hashed, options with { Part = () => part.Content }, cancellationToken) is not { } read)
        {
            return null;
        }

        read = read with { Report = read.Report with { Anomalies = [.. notices, .. read.Report.Anomalies] } };
        if (!read.Report.Accepted) return await RecordedAsync(hashed, read.Report, identity);
        var comparison = FileComparison.Of(
            before, profile with { Repeats = RowSketch.Of(read.Table!, read.AllRows, schema) }, definition.Validation);
        var report = comparison.AddTo(read.Report);
        if (comparison.Rejection is { } changed)
        {
            return await RecordedAsync(
                hashed, await _files.RejectAsync(report, changed, cancellationToken), identity);
        }

        if (!await WriteDefinitionAsync(inferred, cancellationToken)) return null;
        var intake = IntakeDefinition.HashOf(definition);
        var blob = BlobPaths.Part(model, DataPart.Key(hashed.ContentHash, intake));
        part.Content.Position = 0;
        var bytes = await _versions.WriteAsync(
            blob,
            part.Content,
            new PartReport(report, schema, comparison.Profile, comparison.Question),
            cancellationToken);
        var (from, until) = TimeRange(schema, read);
        var made = new DataPart
        {
            Source = hashed.Name,
            SourceHash = hashed.ContentHash,
            Intake = intake,
            Blob = blob,
            Bytes = bytes,
            Rows = report.Rows - report.BadRows - report.Unlabelled,
            BadRows = report.BadRows,
            From = from,
            Until = until,
        };
        return await PutAsync(made, hashed, cancellationToken);
    }

    private async Task<FileOutcome?> PutAsync(
        DataPart part, HashedFile hashed, CancellationToken cancellationToken)
    {
        part = part with { Source = hashed.Name };
        var version = await _versions.PutAsync(
            part, () => _files.IsStillAsync(hashed, cancellationToken), cancellationToken);
        return version is null ? null : new FileOutcome.Accepted(part, version);
    }

    private async Task<FileOutcome?> RejectAsync(
        HashedFile hashed, ValidationReport rejection, string identity, CancellationToken cancellationToken) =>
        await _files.RejectAsync(hashed, rejection, cancellationToken) is { } report
            ? await RecordedAsync(hashed, report, identity)
            : null;

    private Task<FileOutcome?> RecordedAsync(HashedFile hashed, ValidationReport report, string identity) =>
        Task.FromResult<FileOutcome?>(new FileOutcome.Rejected(
            $"{file} was rejected. {report.Rejection}", report, hashed.ContentHash, identity));

    /// <summary>
    /// The file to compare with: the newest in which nothing had changed, or from which the champion has learned. A
    /// changed file that was not approved does not become the reference.
    /// </summary>
    private async Task<DataProfile?> FindReferenceAsync(CancellationToken cancellationToken)
    {
        if (await _versions.FindNewestAsync(cancellationToken) is not { } newest) return null;
        var (aliases, _) = await services.Registry.GetAliasesAsync(model, cancellationToken);
        var champion = aliases.Champion is { } number
            ? await services.Registry.GetAsync(model, number, cancellationToken)
            : null;
        foreach (var part in PartWindow.InOrder(newest.Parts, null).Reverse())
        {
            if (part.FileOf(model) == file) continue;
            if (await _versions.ReportAsync(part, cancellationToken) is not { } report) continue;
            if (!report.Profile.Changed) return report.Profile;
            if (champion?.Data.Any(d => d.ContentHash == part.SourceHash) == true) return report.Profile;
        }

        return null;
    }

    private static ModelDefinition Parse(byte[] inferred)
    {
        // Parsed as the next run will read it: both must have the same identity.
        var (definition, errors) = ModelDefinitionReader.Read(inferred);
        return definition
            ?? throw new InvalidOperationException(
                $"The inferred model.json cannot be read. {string.Join(" ", errors)}");
    }

    private static (DateTimeOffset? From, DateTimeOffset? Until) TimeRange(DatasetSchema schema, DatasetReadResult read)
    {
        var (times, areTicks) = RowTimes.Of(
            [.. schema.TimeColumns.Select(c => read.AllRows is null ? read.Table!.Find(c)! : read.AllRows.Find(c))]);
        if (!areTicks) return (null, null);
        var known = times!.Where(t => t != TimestampColumn.Missing).ToList();
        return known.Count == 0
            ? (null, null)
            : (new DateTimeOffset(known.Min(), TimeSpan.Zero), new DateTimeOffset(known.Max(), TimeSpan.Zero));
    }
}

/// <summary>The result of reading a dropped file.</summary>
internal abstract record FileOutcome
{
    private FileOutcome()
    {
    }

    /// <param name="Version">A data version that has the part.</param>
    public sealed record Accepted(DataPart Part, DataVersion Version) : FileOutcome;

    public sealed record Rejected(string Message, ValidationReport Report, string ContentHash, string Identity)
        : FileOutcome;

    /// <summary>The same content was rejected before, under the same model.json.</summary>
    public sealed record Repeated(RunRecord Earlier) : FileOutcome;

    /// <summary>model.json is unusable.</summary>
    /// <param name="ETag">Of model.json; null for that which was read.</param>
    public sealed record Faulty(string Message, string? ETag) : FileOutcome;

    /// <summary>The file was deleted.</summary>
    public sealed record Gone : FileOutcome;
}
