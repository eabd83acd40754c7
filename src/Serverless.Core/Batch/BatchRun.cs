using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Learning;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Models;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Predicts one file, under its lease.</summary>
/// <param name="deadline">No further part is started after it.</param>
internal sealed class BatchRun(
    BlobStore store,
    ModelRegistry registry,
    TimeProvider clock,
    TimeSpan limit,
    BatchRequest request,
    CancellationToken deadline)
{
    private const int MaxReportBytes = 16 << 20;

    /// <summary>So many of the first rows tell how cells are written.</summary>
    private const int SampledRows = 20_000;

    private readonly string _model = request.Model;
    private readonly string _input = BlobPaths.BatchInput(request.Model, request.File);
    private readonly BatchParts _parts = new(store, request.Model, request.File);
    private long _started;
    private IReadOnlyList<Anomaly> _warnings = [];

    /// <summary>ETag of the input that the outcome describes; null if the input was deleted.</summary>
    public string? ETag { get; private set; }

    public async Task<BatchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        BatchOutcome? outcome;
        // Runs again if the file was replaced while being read.
        do outcome = await TryRunAsync(cancellationToken);
        while (outcome is null);
        return outcome;
    }

    /// <returns>Null to start over.</returns>
    private async Task<BatchOutcome?> TryRunAsync(CancellationToken cancellationToken)
    {
        _started = clock.GetTimestamp();
        var startedAt = clock.GetUtcNow();
        ETag = await BlobSettling.WaitAsync(store, _input, BlobSettling.Usual, clock, cancellationToken);
        if (ETag is null || await store.GetPropertiesAsync(_input, cancellationToken) is not { } input)
        {
            await _parts.ClearAsync(cancellationToken);
            return new BatchOutcome(BatchResult.NothingToDo, $"{request.File} was deleted.");
        }

        if (input.ETag != ETag) return null;
        if (await FindReportAsync(cancellationToken) is { } earlier && earlier.Input.ETag == ETag)
        {
            await _parts.ClearAsync(cancellationToken); // killed before they could be
            return Ended(earlier, $"Already done ({earlier.EndedAt:u}). ");
        }

        if (NameProblem() is { } problem) return await RejectAsync(problem, null, startedAt, input, cancellationToken);
        if (await BeginAsync(startedAt, cancellationToken) is not { } begun)
        {
            return new BatchOutcome(
                BatchResult.NoVersionYet, $"{_model} has no version yet; {request.File} waits for one.");
        }

        var manifest = await registry.GetAsync(_model, begun.Version, cancellationToken);
        if (manifest is null) throw new ModelFileException($"Version {begun.Version} of {_model} does not exist.");
        var model = await registry.LoadModelAsync(_model, begun.Version, cancellationToken);

        await using var blob = await store.OpenReadAsync(_input, cancellationToken);
        if (blob?.Properties.ETag != ETag) return null;
        await using var opened = await CsvSource.OpenAsync(
            blob.Content, cancellationToken, hashes: begun.Rows == 0, manifest.Definition.Sheet);
        var columns = await BatchColumns.ReadAsync(opened.Csv, manifest, model.Signature, cancellationToken);
        if (columns.Rejection is not null)
        {
            return await RejectUnlessChangedAsync(columns.Rejection, begun, input, cancellationToken);
        }

        var formats = await FindFormatsAsync(columns.Names, manifest, cancellationToken);
        if (formats is null) return null;
        opened.Csv.Apply(formats.Columns);
        var isGzip = BlobPaths.BatchOutput(_model, request.File).EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var writer = new BatchRowWriter(model.Scorer, model.Signature, begun.Version, columns.Id >= 0, isGzip);
        var output = new BatchPipeline(_parts, writer, model, clock, deadline);
        BatchCheckpoint end;
        Anomaly? damage;
        if (begun.Rows == 0)
        {
            end = await output.RunAsync(
                new BatchRowReader(opened.Csv, columns, model.Signature), begun, cancellationToken);
            damage = Anomaly.Of(opened.Csv.Damage);
        }
        else
        {
            await using var again = await store.OpenReadAsync(_input, cancellationToken);
            if (again?.Properties.ETag != ETag) return null;
            await using var rest = await opened.ResumeAsync(
                again.Content, begun.Next, cancellationToken);
            rest.Csv.Apply(formats.Columns);
            end = await output.RunAsync(
                new BatchRowReader(rest.Csv, columns, model.Signature), begun, cancellationToken);
            damage = Anomaly.Of(rest.Csv.Damage);
        }

        // What reads the rest after an interruption notes it in the same log.
        _warnings = [.. opened.Csv.Notes.Select(Anomaly.Of)];
        if (damage is not null) return await RejectUnlessChangedAsync(damage, begun, input, cancellationToken);
        if (output.IsCutOff)
        {
            return new BatchOutcome(
                BatchResult.CutOff,
                $"The time limit of {limit:c} was reached after {end.Rows:N0} rows; "
                + "the next invocation continues from there.",
                Continuation: request);
        }

        var hash = begun.Rows == 0
            ? await opened.HashToEndAsync(cancellationToken)
            : await HashAsync(cancellationToken);
        if (hash is null || !await IsUnchangedAsync(cancellationToken)) return null;
        return await FinishAsync(
            end, output.Rest, model, new BatchBlob(_input, input.Length, hash, ETag), cancellationToken);
    }

    /// <summary>
    /// Finds how the file's cells are written, from its first rows and the types of the model's columns. Null if the
    /// file has changed.
    /// </summary>
    private async Task<FileFormats?> FindFormatsAsync(
        IReadOnlyList<string> names, Manifest manifest, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(_input, cancellationToken);
        if (blob is null || blob.Properties.ETag != ETag) return null;
        var definition = InferredDefinition.From(manifest.Schema, manifest.Definition);
        var sample = await FileSample.ReadAsync(
            blob.Content, definition, cancellationToken, names, maxRows: SampledRows);
        return sample.Formats;
    }

    /// <summary>
    /// Resumes from the file's checkpoint, or starts with the current champion. Null without a champion.
    /// </summary>
    private async Task<BatchCheckpoint?> BeginAsync(DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var build = $"{Engine.Version}.{typeof(BatchRun).Module.ModuleVersionId:N}";
        var found = await _parts.FindAsync(cancellationToken);
        // A version deleted meanwhile cannot go on with its file.
        var goesOn = found?.ETag == ETag && await registry.HasAsync(_model, found!.Version, cancellationToken);
        if (goesOn && found!.Build == build) return found;
        await _parts.ClearAsync(cancellationToken);
        var version = goesOn ? found!.Version : await registry.FindServedAsync(_model, cancellationToken);
        if (version is null) return null;
        var begun = new BatchCheckpoint { ETag = ETag!, Version = version.Value, Build = build, StartedAt = startedAt };
        await _parts.SaveAsync(begun, cancellationToken);
        return begun;
    }

    private async Task<BatchOutcome> FinishAsync(
        BatchCheckpoint end,
        ReadOnlyMemory<byte> rest,
        LoadedModel model,
        BatchBlob input,
        CancellationToken cancellationToken)
    {
        var name = BlobPaths.BatchOutput(_model, request.File);
        string hash;
        await using (var joined = _parts.Read(end, rest))
        {
            using var content = new HashingStream(joined, hashes: true);
            await store.WriteAsync(name, content, WriteCondition.Always, metadata: null, cancellationToken);
            hash = await content.HashToEndAsync(cancellationToken);
        }

        var written = await store.GetPropertiesAsync(name, cancellationToken);
        var unknown = end.Unknown.Select(u => u.ToAnomaly(model.Signature, end.Version));
        return await ReportAsync(
            new BatchReport
            {
                Model = _model,
                Version = end.Version,
                ModelHash = model.Hash,
                Input = input,
                Output = new BatchBlob(name, written?.Length ?? 0, hash),
                Rows = end.Rows,
                BadRows = end.BadRows,
                FirstBadRows = end.FirstBadRows,
                Warnings = [.. unknown, .. _warnings],
                StartedAt = end.StartedAt,
                EndedAt = clock.GetUtcNow(),
                Seconds = end.Seconds + clock.GetElapsedTime(_started).TotalSeconds,
            },
            cancellationToken);
    }

    private async Task<BatchOutcome?> RejectUnlessChangedAsync(
        Anomaly problem, BatchCheckpoint begun, BlobProperties input, CancellationToken cancellationToken) =>
        await IsUnchangedAsync(cancellationToken)
            ? await RejectAsync(
                problem.ToSentence(),
                begun,
                begun.StartedAt,
                input,
                cancellationToken)
            : null;

    private async Task<BatchOutcome> RejectAsync(
        string why,
        BatchCheckpoint? begun,
        DateTimeOffset startedAt,
        BlobProperties input,
        CancellationToken cancellationToken)
    {
        // Deletes predictions of the file's former content, so that they are not taken for those of the new one.
        await store.DeleteAsync(BlobPaths.BatchOutput(_model, request.File), cancellationToken);
        return await ReportAsync(
            new BatchReport
            {
                Model = _model,
                Version = begun?.Version,
                Input = new BatchBlob(_input, input.Length, Hash: null, ETag),
                Rejection = why,
                StartedAt = startedAt,
                EndedAt = clock.GetUtcNow(),
                Seconds = (begun?.Seconds ?? 0) + clock.GetElapsedTime(_started).TotalSeconds,
            },
            cancellationToken);
    }

    private async Task<BatchOutcome> ReportAsync(BatchReport report, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(report, BatchJson.Readable.BatchReport);
        await store.WriteAsync(
            BlobPaths.BatchReport(_model, request.File), json, WriteCondition.Always, cancellationToken);
        await _parts.ClearAsync(cancellationToken);
        return Ended(report, "");
    }

    private BatchOutcome Ended(BatchReport report, string before) => report.Rejection is { } why
        ? new BatchOutcome(BatchResult.Rejected, $"{before}{request.File} cannot be predicted. {why}", report)
        : new BatchOutcome(
            BatchResult.Predicted,
            $"{before}{report.Rows:N0} rows of {request.File} were predicted by version {report.Version}, "
            + $"{report.BadRows:N0} of them are bad.{UnknownValues.Tell(report)}",
            report);

    private Task<BatchReport?> FindReportAsync(CancellationToken cancellationToken) => store.ReadJsonAsync(
        BlobPaths.BatchReport(_model, request.File), MaxReportBytes, BatchJson.Readable.BatchReport, cancellationToken);

    private async Task<bool> IsUnchangedAsync(CancellationToken cancellationToken) =>
        (await store.GetPropertiesAsync(_input, cancellationToken))?.ETag == ETag;

    private async Task<string?> HashAsync(CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(_input, cancellationToken);
        return blob is null
            ? null
            : Convert.ToHexStringLower(await SHA256.HashDataAsync(blob.Content, cancellationToken));
    }

    private string? NameProblem() =>
        !BlobPaths.IsModelName(_model) ? $"'{_model}' is not a model name: expected 1 to 63 lower-case letters, digits "
            + "and single hyphens."
        : ModelDataFiles.IsDataFile(request.File) ? null
        : $"{request.File} is not a data file: expected a name that ends in {ModelDataFiles.Endings}.";
}
