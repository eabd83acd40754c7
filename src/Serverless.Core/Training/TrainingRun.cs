using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;

namespace Serverless.Core.Training;

/// <summary>One run, under the model's training lease.</summary>
/// <param name="deadline">No long work is started after it, and a running search is cut off.</param>
internal sealed partial class TrainingRun(
    TrainingServices services, RetrainRequest request, CancellationToken deadline)
{
    private readonly string _model = request.Model;
    private readonly string _file = request.File!;
    private readonly DateTimeOffset _startedAt = services.Clock.GetUtcNow();
    private readonly RunProgress _progress = new(services.Feed, services.Clock, request.Model, request.File!);
    private readonly ModelDataFiles _files = new(services.Store, services.Clock, request.Model);
    private readonly HashSet<string> _unusable = [];
    private string _identity = "";

    /// <summary>Precedes the outcome in messages; may be empty.</summary>
    private string _notice = "";

    private bool _isRepeat;

    /// <summary>ETag of an unusable model.json: the file may be usable with another one.</summary>
    public string? FaultyDefinition { get; private set; }

    public async Task<RunRecord> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Report(await RunToEndAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            _progress.Publish(RunStage.Failed, 1, "Stopped; it will be retried.");
            throw;
        }
        catch (Exception e)
        {
            _progress.Publish(RunStage.Failed, 1, e.Message);
            throw;
        }
    }

    private async Task<RunRecord> RunToEndAsync(CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        try
        {
            RunRecord? record;
            // Runs again if a file was replaced, or model.json written by a person, meanwhile.
            do record = await TryRunAsync(reading.Token, cancellationToken);
            while (record is null);
            return record;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            return await LeaveUnreadAsync(cancellationToken);
        }
    }

    /// <param name="reading">Also cancelled at the deadline.</param>
    /// <returns>Null to start over.</returns>
    private async Task<RunRecord?> TryRunAsync(CancellationToken reading, CancellationToken cancellationToken)
    {
        _progress.Publish(RunStage.Reading, 0, $"reading {_file}");
        if (NameProblem() is { } badName) return await RefuseAsync(badName, cancellationToken);

        var path = BlobPaths.Definition(_model);
        var settled = await BlobSettling.WaitAsync(services.Store, path, BlobSettling.Usual, services.Clock, reading);
        if (await services.Store.GetPropertiesAsync(path, reading) is { Length: > DefinitionFile.MaxBytes } large)
        {
            FaultyDefinition = large.ETag;
            return await RefuseAsync(
                $"model.json cannot be used: expected at most {DefinitionFile.MaxBytes:N0} bytes, found "
                    + $"{large.Length:N0}.",
                cancellationToken);
        }

        var written = await services.Store.ReadAllAsync(path, DefinitionFile.MaxBytes, reading);
        if (written?.ETag != settled) return null;
        var (definition, errors) = written is null
            ? new ModelDefinitionResult(new ModelDefinition(), [])
            : ModelDefinitionReader.Read(written.Value.Bytes);
        if (definition is null)
        {
            FaultyDefinition = settled;
            return await RefuseAsync($"model.json cannot be used. {string.Join(" ", errors)}", cancellationToken);
        }

        var names = await _files.WindowAsync(_file, definition.CountWindowFiles(), _unusable, reading);
        if (names.Count == 0) return End(RunOutcome.NothingToDo, $"{_file} is gone.", []);
        var newest = names[^1][BlobPaths.DatasetsOf(_model).Length..];
        var reader = new InputReader(services.Store, _files, services.Trainers, _progress, _model, newest);
        if (await reader.FindInputAsync(names, definition, written is not null, reading) is not { } input) return null;
        _identity = input.Identity;
        await new KnownInputs(services.Store, _model).RememberAsync(
            input.DefinitionHash, input.Files.Select(f => (f.Name, f.ETag)), _identity, reading);
        _notice = names.Contains(BlobPaths.Dataset(_model, _file))
            ? ""
            : $"{_file} changes nothing: training.window.files is {definition.CountWindowFiles()}, and the files "
                + $"{names[0][BlobPaths.DatasetsOf(_model).Length..]} to {newest} are newer by name. ";
        if (await FindEarlierAsync(cancellationToken) is { } earlier)
        {
            var isExcluded = earlier.Outcome == RunOutcome.Rejected && newest != _file && _unusable.Add(names[^1]);
            // Writes the inferred model.json again if it was deleted since.
            var isCurrent = earlier.Version is null || await reader.WriteInferredAsync(input, cancellationToken);
            if (!isExcluded && isCurrent) return earlier;
            _isRepeat = false;
            return null;
        }

        var before = await services.Registry.FindReferenceAsync(_model, reading);
        var read = await RunTelemetry.ValidateAsync(_model, () => reader.ReadAsync(input, before, reading));
        _progress.EndStage("reading");
        if (read is InputOutcome.Refused { Reports: [] }) FaultyDefinition = settled; // before any data was looked at
        // A newer file than the dropped one is bad, as its own run reports: end the window before it.
        else if (read is InputOutcome.Refused && newest != _file && _unusable.Add(names[^1])) return null;
        return read switch
        {
            InputOutcome.Outdated => null,
            InputOutcome.Refused refused => await RecordAsync(
                End(RunOutcome.Rejected, refused.Message, refused.Reports), cancellationToken),
            InputOutcome.Ready ready => await LearnAsync(input, ready, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown outcome {read.GetType().Name}."),
        };
    }

    private async Task<RunRecord> LearnAsync(
        RunInput input, InputOutcome.Ready ready, CancellationToken cancellationToken)
    {
        var maker = new VersionMaker(services, _progress, _model);
        switch (await maker.MakeAsync(input, ready, Checkpoint, deadline, cancellationToken))
        {
            case MakeOutcome.Made made:
                return await FinishAsync(made.Manifest, made.Reports, cancellationToken);
            case MakeOutcome.NoModel none:
                var rejected = End(
                    RunOutcome.Rejected, $"No trial on {_file} gave a usable model. {none.Why}", none.Reports);
                // More time may help.
                if (none.Trials.Any(t => t.IsCutOff))
                {
                    rejected = rejected with { Identity = RunIdentity.OfLimit(_identity, Limit) };
                }

                return await RecordAsync(rejected, cancellationToken);
            case MakeOutcome.CutOff cut:
                return await LeaveAsync(cut, cancellationToken);
            case var other:
                throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}.");
        }
    }

    /// <summary>Finds the outcome of an earlier run of this identity: from its record, or from its version.</summary>
    private async Task<RunRecord?> FindEarlierAsync(CancellationToken cancellationToken)
    {
        var record = await services.Records.FindAsync(_model, _identity, cancellationToken)
            ?? await services.Records.FindAsync(_model, RunIdentity.OfLimit(_identity, Limit), cancellationToken);
        if (record?.Version is { } version && !await services.Registry.HasAsync(_model, version, cancellationToken))
        {
            // The version was deleted since, so the record is outdated.
            await services.Records.ForgetAsync(record, cancellationToken);
            record = null;
        }

        if (record is not null)
        {
            _isRepeat = true;
            await Checkpoint.ClearAsync(services.Clock.GetUtcNow(), cancellationToken); // killed before it could be
            var outcome = record.Version is { } made
                ? $"that run made version {made}, "
                    + $"{await VersionPart.DescribeAsync(services.Registry, _model, made, cancellationToken)}"
                : record.Message;
            return record with { Message = $"{_notice}Already done ({record.EndedAt:u}): {outcome}" };
        }

        // Killed between writing the version and the record: only the record is missing.
        return await services.Registry.FindAsync(_model, _identity, cancellationToken) is { } manifest
            ? await FinishAsync(manifest, [], cancellationToken)
            : null;
    }

    private async Task<RunRecord> FinishAsync(
        Manifest manifest, IReadOnlyList<ValidationReport> reports, CancellationToken cancellationToken)
    {
        var (outcome, message) = await RunTelemetry.PromoteAsync(
            manifest, () => new VersionPlacement(services.Registry).PlaceAsync(manifest, cancellationToken));
        var record = End(outcome, message, reports) with
        {
            Version = manifest.Version,
            Intake = IntakeSummary.Of(manifest.Schema, reports),
            Columns = IntakeColumn.Of(manifest.Schema, reports),
        };
        return await RecordAsync(record, cancellationToken);
    }

    private string? NameProblem()
    {
        if (!BlobPaths.IsModelName(_model))
        {
            var rename = BlobPaths.SuggestModelName(_model) is { } name ? $" Rename the folder to '{name}'." : "";
            return $"'{_model}' is not a model name: expected {BlobPaths.ModelNameRule}.{rename}";
        }

        return ModelDataFiles.IsDataFile(_file)
            ? null
            : $"{_file} is not a data file: expected a name that ends in {ModelDataFiles.Endings}.";
    }

    /// <summary>Ends the run before it reads any data.</summary>
    private Task<RunRecord> RefuseAsync(string message, CancellationToken cancellationToken)
    {
        _identity = RunIdentity.OfRefusal(_file, message);
        return RecordAsync(End(RunOutcome.Rejected, message, []), cancellationToken);
    }

    private async Task<RunRecord> RecordAsync(RunRecord record, CancellationToken cancellationToken)
    {
        await services.Records.WriteAsync(record, cancellationToken);
        await Checkpoint.ClearAsync(services.Clock.GetUtcNow(), cancellationToken);
        return record;
    }

    private TimeSpan Limit => services.Options.Limit;

    private SearchCheckpoint Checkpoint => new(services.Store, _model, _identity);

    private RunRecord Report(RunRecord record)
    {
        var stage = record.Outcome switch
        {
            RunOutcome.Rejected => RunStage.Rejected,
            RunOutcome.CutOff => RunStage.CutOff,
            _ => RunStage.Completed,
        };
        bool? promoted = record.Version is null || _isRepeat || record.Outcome == RunOutcome.RollingOut
            ? null
            : record.Outcome == RunOutcome.Promoted;
        _progress.PublishEnd(stage, record, promoted);
        return record;
    }

    private RunRecord End(RunOutcome outcome, string message, IReadOnlyList<ValidationReport> reports) => new()
    {
        Identity = _identity,
        Model = _model,
        File = _file,
        Trigger = request.Reason,
        StartedAt = _startedAt,
        EndedAt = services.Clock.GetUtcNow(),
        Outcome = outcome,
        Message = _notice + message,
        Reports = reports,
    };
}
