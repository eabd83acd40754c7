using System.Text;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Inference;
using Serverless.Learning.Search;

namespace Serverless.Core.Training;

/// <summary>One run, under the model's training lease.</summary>
/// <param name="deadline">No long work is started after it, and a running search is cut off.</param>
internal sealed partial class TrainingRun(
    TrainingServices services, RetrainRequest request, CancellationToken deadline)
{
    private readonly string _model = request.Model;
    private readonly DateTimeOffset _startedAt = services.Clock.GetUtcNow();
    private readonly RunProgress _progress =
        new(services.Feed, services.Clock, request.Model, request.File ?? "all data");
    private string _newest = request.File ?? "";
    private string _identity = "";

    /// <summary>Precedes the outcome in messages; may be empty.</summary>
    private string _notice = "";

    private bool _isRepeat;

    /// <summary>ETag of an unusable model.json: the data may be usable with another one.</summary>
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
            // Runs again once it has written model.json.
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
        _progress.Publish(RunStage.Reading, 0, "looking for what is new");
        var written = await WrittenDefinition.ReadAsync(services.Store, services.Clock, _model, reading);
        if (written.Definition is not { } definition)
        {
            FaultyDefinition = written.ETag;
            return await RefuseAsync(written.Problem!, cancellationToken);
        }

        var inputs = new RunInputs(services, _model);
        if (await inputs.FindAsync(definition, request.File, reading) is not var (found, notices))
        {
            return End(RunOutcome.NothingToDo, NoData, []);
        }

        if (!written.IsWritten) return await InferDefinitionAsync(found, reading);
        var input = found;
        _identity = input.Identity;
        _newest = input.Parts[^1].FileOf(_model);
        _notice = string.Concat(notices.Select(n => $"{n} "));
        if (await FindEarlierAsync(cancellationToken) is { } earlier) return earlier;

        var learned = await LearnedFiles.FindAsync(services.Registry, _model, reading);
        var reader = new InputReader(services, _progress, _model);
        var read = await RunTelemetry.ReadAsync(() => reader.ReadAsync(input, learned, reading));
        _progress.EndStage("reading");
        if (read is InputOutcome.Refused { Reports: [] }) FaultyDefinition = written.ETag; // before any data was read
        return read switch
        {
            InputOutcome.Refused refused => await RecordAsync(
                End(RunOutcome.Rejected, refused.Message, refused.Reports), cancellationToken),
            InputOutcome.Ready ready => await LearnAsync(input, ready, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown outcome {read.GetType().Name}."),
        };
    }

    /// <summary>Writes model.json anew if its owner deleted it since the data was taken in.</summary>
    /// <returns>Null, to start over; or why it cannot be inferred.</returns>
    private async Task<RunRecord?> InferDefinitionAsync(RunInput input, CancellationToken cancellationToken)
    {
        var newest = input.Parts[^1];
        var inference = await new PartFiles(services.Store).InferAsync(newest, input.Definition, cancellationToken);
        if (inference.Schema is not { } schema)
        {
            return await RefuseAsync($"There is no model.json. {inference.Rejection!.Rejection}", cancellationToken);
        }

        var json = ModelDefinitionReader.ToJson(InferredDefinition.From(schema, input.Definition));
        await services.Store.WriteAsync(
            BlobPaths.Definition(_model), Encoding.UTF8.GetBytes(json), WriteCondition.OnlyIfAbsent, cancellationToken);
        return null;
    }

    private static IEnumerable<string> HistoryOf(Manifest manifest) => manifest.History is { } what ? [what] : [];

    private string NoData =>
        $"Nothing to train on: no data was dropped for {_model}, or all of it was rejected or deleted.";

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
                    RunOutcome.Rejected, $"No trial on {_newest} gave a usable model. {none.Why}", none.Reports);
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
            Intake = [.. IntakeSummary.Of(manifest.Schema, reports), .. HistoryOf(manifest)],
            Columns = IntakeColumn.Of(manifest.Schema, reports),
        };
        return await RecordAsync(record, cancellationToken);
    }

    /// <summary>Ends the run before it reads any data.</summary>
    private Task<RunRecord> RefuseAsync(string message, CancellationToken cancellationToken)
    {
        _identity = RunIdentity.OfRefusal(_newest, message);
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
        File = request.File ?? _newest,
        Trigger = request.Reason,
        StartedAt = _startedAt,
        EndedAt = services.Clock.GetUtcNow(),
        Outcome = outcome,
        Message = _notice + message,
        Reports = reports,
    };
}
