using Serverless.Core.Data;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

/// <summary>One reading of a dropped file, until it is accepted, rejected or gone.</summary>
/// <param name="deadline">Stops the reading.</param>
internal sealed class IngestRun(TrainingServices services, IngestRequest request, CancellationToken deadline)
{
    private readonly string _model = request.Model;
    private readonly string _file = request.File;
    private readonly DateTimeOffset _startedAt = services.Clock.GetUtcNow();
    private readonly RunProgress _progress = new(services.Feed, services.Clock, request.Model, request.File);

    /// <summary>ETag of an unusable model.json: the file may be usable with another one.</summary>
    public string? FaultyDefinition { get; private set; }

    public async Task<IngestResult> RunAsync(CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        try
        {
            return await RunToEndAsync(reading.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            return await LeaveUnreadAsync(cancellationToken);
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

    private async Task<IngestResult> RunToEndAsync(CancellationToken reading, CancellationToken cancellationToken)
    {
        _progress.Publish(RunStage.Reading, 0, $"reading {_file}");
        if (NameProblem() is { } badName) return await RefuseAsync(badName, cancellationToken);
        var ingest = new FileIngest(services, _progress, _model, _file);
        FileOutcome? outcome;
        WrittenDefinition written;
        // Runs again if the file was replaced, or model.json written by a person, meanwhile.
        do
        {
            written = await WrittenDefinition.ReadAsync(services.Store, services.Clock, _model, reading);
            outcome = await IngestTelemetry.ValidateAsync(_model, () => ingest.TryAsync(written, reading));
        }
        while (outcome is null);

        switch (outcome)
        {
            case FileOutcome.Faulty faulty:
                FaultyDefinition = faulty.ETag ?? written.ETag;
                return await RefuseAsync(faulty.Message, cancellationToken);
            case FileOutcome.Gone:
                return End(Record(RunOutcome.NothingToDo, "", $"{_file} is gone.", []));
            case FileOutcome.Repeated(var earlier):
                return End(earlier with { Message = $"Already done ({earlier.EndedAt:u}): {earlier.Message}" });
            case FileOutcome.Rejected rejected:
                return await RejectAsync(
                    Record(RunOutcome.Rejected, rejected.Identity, rejected.Message, [rejected.Report]),
                    cancellationToken);
            case FileOutcome.Accepted accepted:
                return Accept(accepted);
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private IngestResult Accept(FileOutcome.Accepted accepted)
    {
        var (part, version) = (accepted.Part, accepted.Version);
        var twin = version.Parts.FirstOrDefault(p => p.Blob == part.Blob && p.Source != part.Source);
        var message = twin is null
            ? $"{NumberFormat.Count(part.Rows, "row")} accepted: data version {version.Number} has "
                + $"{NumberFormat.Count(version.Parts.Count, "file")}."
            : $"It has the same content as {twin.FileOf(_model)}, so its rows count once: data version "
                + $"{version.Number}.";
        _progress.Publish(RunStage.Accepted, 1, message);
        return new IngestResult(null, new RetrainRequest(_model, request.Reason, _file));
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

    private async Task<IngestResult> LeaveUnreadAsync(CancellationToken cancellationToken)
    {
        var fruitless = request.Fruitless + 1;
        var limit = services.Options.Limit;
        if (fruitless < TrainingRun.MaxFruitlessRuns)
        {
            var message = $"{_file} was not read within the time limit of {limit:c}; it starts over.";
            _progress.Publish(RunStage.CutOff, 1, message);
            return new IngestResult(
                Record(RunOutcome.CutOff, "", message, []),
                Continuation: request with { Fruitless = fruitless });
        }

        return await RefuseAsync(
            $"{_file} was not read within the time limit of {limit:c}, {fruitless} times in a row. Drop less data at "
            + $"once, or raise {SettingNames.TrainingLimit}.",
            cancellationToken);
    }

    /// <summary>Rejects the file before any of its data was looked at.</summary>
    private Task<IngestResult> RefuseAsync(string message, CancellationToken cancellationToken) => RejectAsync(
        Record(RunOutcome.Rejected, RunIdentity.OfRefusal(_file, message), message, []), cancellationToken);

    private async Task<IngestResult> RejectAsync(RunRecord record, CancellationToken cancellationToken)
    {
        await services.Records.WriteAsync(record, cancellationToken);
        return End(record);
    }

    private IngestResult End(RunRecord record)
    {
        var stage = record.Outcome == RunOutcome.Rejected ? RunStage.Rejected : RunStage.Completed;
        _progress.PublishEnd(stage, record, promoted: null);
        return new IngestResult(record);
    }

    private RunRecord Record(
        RunOutcome outcome, string identity, string message, IReadOnlyList<ValidationReport> reports) => new()
        {
            Identity = identity,
            Model = _model,
            File = _file,
            Trigger = request.Reason,
            StartedAt = _startedAt,
            EndedAt = services.Clock.GetUtcNow(),
            Outcome = outcome,
            Message = message,
            Reports = reports,
        };
}
