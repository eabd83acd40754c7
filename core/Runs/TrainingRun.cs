using Serverless.Datasets;
using Serverless.Registry;
using Serverless.Storage;
using Serverless.Telemetry;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>One run, under the model's training lease.</summary>
internal sealed class TrainingRun(
    BlobStore store,
    ModelRegistry registry,
    RunRecords records,
    RunFeed feed,
    IReadOnlyList<ITrainer> trainers,
    TimeProvider clock,
    string model,
    string file,
    string trigger)
{
    private const int MaxDefinitionBytes = 1 << 20;

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly RunProgress _progress = new(feed, clock, model, file);
    private readonly DataFiles _files = new(store, clock, model);
    private string _identity = "";
    private bool _isRepeat;

    public async Task<RunRecord> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            RunRecord? record;
            // A second pass where the first one wrote model.json, or a file was replaced while it was read.
            do record = await TryRunAsync(cancellationToken);
            while (record is null);
            var stage = record.Outcome == RunOutcome.Rejected ? RunStage.Rejected : RunStage.Completed;
            bool? promoted = record.Version is null || _isRepeat || record.Outcome == RunOutcome.RollingOut ? null : record.Outcome == RunOutcome.Promoted;
            _progress.Publish(stage, 1, record.Message, promoted);
            return record;
        }
        catch (OperationCanceledException)
        {
            _progress.Publish(RunStage.Failed, 1, "Stopped; it will begin again.");
            throw;
        }
        catch (Exception e)
        {
            _progress.Publish(RunStage.Failed, 1, e.Message);
            throw;
        }
    }

    /// <returns>Null: begin again.</returns>
    private async Task<RunRecord?> TryRunAsync(CancellationToken cancellationToken)
    {
        _progress.Publish(RunStage.Reading, 0, $"reading {file}");
        if (NameProblem() is { } badName) return await RefuseAsync(badName, cancellationToken);

        var path = BlobPaths.Definition(model);
        var settled = await BlobSettling.WaitAsync(store, path, BlobSettling.Usual, clock, cancellationToken);
        if (await store.GetPropertiesAsync(path, cancellationToken) is { Length: > MaxDefinitionBytes } large)
        {
            return await RefuseAsync(
                $"model.json cannot be used: expected at most {MaxDefinitionBytes:N0} bytes, found {large.Length:N0}.", cancellationToken);
        }

        var written = await store.ReadAllAsync(path, MaxDefinitionBytes, cancellationToken);
        if (written?.ETag != settled) return null;
        var (definition, errors) = written is null
            ? new ModelDefinitionResult(new ModelDefinition(), [])
            : ModelDefinitionReader.Read(written.Value.Bytes);
        if (definition is null) return await RefuseAsync($"model.json cannot be used. {string.Join(" ", errors)}", cancellationToken);

        var names = await _files.WindowAsync(file, definition.Training.Window.Files, cancellationToken);
        if (names.Count == 0) return End(RunOutcome.NothingToDo, $"{file} is gone.", []);
        if (await _files.HashAsync(names, cancellationToken) is not { } hashed) return null;
        var input = new RunInput(definition, written is not null, hashed);
        _identity = input.Identity;
        if (await FindEarlierAsync(cancellationToken) is { } earlier) return earlier;

        var reader = new InputReader(store, _files, trainers, _progress, model, file);
        var read = await RunTelemetry.ValidateAsync(model, () => reader.ReadAsync(input, cancellationToken));
        _progress.EndStage("reading");
        return read switch
        {
            InputOutcome.Outdated => null,
            InputOutcome.Refused refused => await RecordAsync(End(RunOutcome.Rejected, refused.Message, refused.Reports), cancellationToken),
            InputOutcome.Ready ready => await LearnAsync(input, ready, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown outcome {read.GetType().Name}."),
        };
    }

    private async Task<RunRecord> LearnAsync(RunInput input, InputOutcome.Ready ready, CancellationToken cancellationToken)
    {
        var judge = new ChampionJudge(store, registry, trainers);
        var maker = new VersionMaker(registry, judge, trainers, _progress, clock, model);
        var (manifest, reports, failure) = await maker.MakeAsync(input, ready, cancellationToken);
        return manifest is null
            ? await RecordAsync(End(RunOutcome.Rejected, $"No trial on {file} gave a usable model. {failure}", reports), cancellationToken)
            : await FinishAsync(manifest, reports, cancellationToken);
    }

    /// <summary>What this very run came to before: as recorded, or as far as its version shows.</summary>
    private async Task<RunRecord?> FindEarlierAsync(CancellationToken cancellationToken)
    {
        if (await records.FindAsync(model, _identity, cancellationToken) is { } record)
        {
            _isRepeat = true;
            return record with { Message = $"Done before ({record.EndedAt:u}): {record.Message}" };
        }

        // Killed between writing the version and the record: only the end is missing.
        return await registry.FindAsync(model, _identity, cancellationToken) is { } manifest
            ? await FinishAsync(manifest, [], cancellationToken)
            : null;
    }

    private async Task<RunRecord> FinishAsync(
        Manifest manifest, IReadOnlyList<ValidationReport> reports, CancellationToken cancellationToken)
    {
        var (outcome, message) = await RunTelemetry.PromoteAsync(
            manifest, () => new VersionPlacement(registry).PlaceAsync(manifest, cancellationToken));
        return await RecordAsync(End(outcome, message, reports) with { Version = manifest.Version }, cancellationToken);
    }

    private string? NameProblem()
    {
        if (!BlobPaths.IsModelName(model))
        {
            return $"'{model}' is no model name: expected 1 to 63 lower-case letters, digits and single hyphens.";
        }

        return DataFiles.IsDataFile(file) ? null : $"{file} is no data file: expected a name that ends in .csv or .csv.gz.";
    }

    /// <summary>Ends the run before any data was looked at.</summary>
    private Task<RunRecord> RefuseAsync(string message, CancellationToken cancellationToken)
    {
        _identity = RunIdentity.OfRefusal(file, message);
        return RecordAsync(End(RunOutcome.Rejected, message, []), cancellationToken);
    }

    private async Task<RunRecord> RecordAsync(RunRecord record, CancellationToken cancellationToken)
    {
        await records.WriteAsync(record, cancellationToken);
        return record;
    }

    private RunRecord End(RunOutcome outcome, string message, IReadOnlyList<ValidationReport> reports) => new()
    {
        Identity = _identity,
        Model = model,
        File = file,
        Trigger = trigger,
        StartedAt = _startedAt,
        EndedAt = clock.GetUtcNow(),
        Outcome = outcome,
        Message = message,
        Reports = reports,
    };
}
