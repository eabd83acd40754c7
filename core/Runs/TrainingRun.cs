using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Serverless.Datasets;
using Serverless.Evaluation;
using Serverless.Registry;
using Serverless.Storage;
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

    private readonly string _id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly DataFiles _files = new(store, clock, model);
    private readonly SortedDictionary<string, double> _seconds = new(StringComparer.Ordinal);
    private string _identity = "";

    public async Task<RunRecord> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            RunRecord? record;
            // A second pass where the first one wrote model.json, or a file was written again while it was read.
            do record = await TryRunAsync(cancellationToken);
            while (record is null);
            var stage = record.Outcome == RunOutcome.Rejected ? RunStage.Rejected : RunStage.Completed;
            bool? promoted = record.Version is null ? null : record.Outcome == RunOutcome.Promoted;
            feed.Publish(new RunUpdate(_id, model, file, stage, 1, record.Message) { Promoted = promoted });
            return record;
        }
        catch (OperationCanceledException)
        {
            feed.Publish(new RunUpdate(_id, model, file, RunStage.Failed, 1, "Stopped; it will begin again."));
            throw;
        }
        catch (Exception e)
        {
            feed.Publish(new RunUpdate(_id, model, file, RunStage.Failed, 1, e.Message));
            throw;
        }
    }

    /// <returns>Null: begin again.</returns>
    private async Task<RunRecord?> TryRunAsync(CancellationToken cancellationToken)
    {
        Publish(RunStage.Reading, 0, $"reading {file}");
        if (NameProblem() is { } badName)
        {
            _identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
            return await EndAsync(RunOutcome.Rejected, badName, [], cancellationToken);
        }

        var path = BlobPaths.Definition(model);
        var settled = await BlobSettling.WaitAsync(store, path, BlobSettling.Usual, clock, cancellationToken);
        var stored = await store.GetPropertiesAsync(path, cancellationToken);
        if (stored?.Length > MaxDefinitionBytes)
        {
            var tooLarge = $"expected at most {MaxDefinitionBytes:N0} bytes, found {stored.Length:N0}";
            return await RejectDefinitionAsync(tooLarge, Encoding.UTF8.GetBytes(stored.ETag), cancellationToken);
        }

        var written = await store.ReadAllAsync(path, MaxDefinitionBytes, cancellationToken);
        if (written?.ETag != settled) return null;
        var (definition, errors) = written is null
            ? new ModelDefinitionResult(new ModelDefinition(), [])
            : ModelDefinitionReader.Read(written.Value.Bytes);
        if (definition is null)
        {
            return await RejectDefinitionAsync(string.Join(" ", errors), written!.Value.Bytes, cancellationToken);
        }

        var names = await _files.WindowAsync(file, definition.Training.Window.Files, cancellationToken);
        if (names.Count == 0) return End(RunOutcome.NothingToDo, $"{file} is gone.");
        var files = new List<FileState>();
        foreach (var name in names)
        {
            if (await _files.SettleAsync(name, cancellationToken) is not { } state) return null;
            files.Add(state);
        }

        var definitionHash = ModelDefinitionReader.CanonicalHash(definition);
        _identity = RunIdentity.Of(definitionHash, files.Select(f => f.Hash), definition.Training.Seed);
        if (written is not null && await FindEarlierAsync(cancellationToken) is { } earlier) return earlier;

        var reading = clock.GetTimestamp();
        var inference = await _files.InferAsync(files[^1], definition, cancellationToken);
        if (inference is null) return null;
        if (inference.Schema is not { } schema)
        {
            return await RejectAsync(await _files.QuarantineAsync(inference.Rejection!, null, cancellationToken), cancellationToken);
        }

        var (tables, reports) = (new List<Table>(), new List<ValidationReport>());
        for (var i = 0; i < files.Count; i++)
        {
            Publish(RunStage.Reading, 0.1 * i / files.Count, $"validating {files[i].Name}");
            var result = await _files.ReadAsync(files[i], schema, definition, cancellationToken);
            if (result is null) return null;
            reports.Add(result.Report);
            if (result.Table is { } table) tables.Add(table);
            // An older file of the window may be bad, and was reported when it came; the run is about the newest.
            else if (i == files.Count - 1) return await RejectAsync(result.Report, cancellationToken);
        }

        _seconds["reading"] = clock.GetElapsedTime(reading).TotalSeconds;
        if (written is null)
        {
            var inferred = Encoding.UTF8.GetBytes(
                ModelDefinitionReader.ToJson(InferredDefinition.From(schema, definition)));
            await store.WriteAsync(path, inferred, WriteCondition.OnlyIfAbsent, cancellationToken);
            return null;
        }

        var (data, refusal) = DataPreparation.Prepare(definition, schema, Table.Concatenate(tables));
        if ((refusal ?? Search.FindProblem(trainers, definition.Training, schema.Task)) is { } problem)
        {
            return await RejectAsync(reports[^1] with { Rejection = problem }, cancellationToken);
        }

        var used = reports.Where(r => r.Accepted)
            .Select(r => new DataFile(r.Source, r.ContentHash, r.Rows - r.BadRows, r.BadRows)).ToList();
        return await TrainAsync(data!, definitionHash, used, reports, cancellationToken);
    }

    private async Task<RunRecord> TrainAsync(
        PreparedData data,
        string definitionHash,
        IReadOnlyList<DataFile> used,
        IReadOnlyList<ValidationReport> reports,
        CancellationToken cancellationToken)
    {
        var seed = data.Definition.Training.Seed;
        var training = clock.GetTimestamp();
        var context = new TrainingContext(seed, Environment.ProcessorCount, null, cancellationToken);
        var progress = new TrialListener(p => Publish(
            RunStage.Training, 0.1 + (0.75 * (p.Trial + p.Share) / p.Trials), $"trial {p.Trial + 1} of {p.Trials}: {p.Trainer}"));
        var (candidate, trials) = await Task.Run(
            () => CandidateBuilder.Search(data, trainers, context, clock, progress), cancellationToken);
        if (candidate is null)
        {
            var why = string.Join(" ", trials.Select(t => $"Trial {t.Number} ({t.Trainer}): {t.Error}"));
            return await RejectAsync(reports[^1] with { Rejection = $"No trial gave a usable model. {why}" }, cancellationToken);
        }

        _seconds["training"] = clock.GetElapsedTime(training).TotalSeconds;

        Publish(RunStage.Evaluating, 0.85, $"comparing on {data.Split.Holdout.Length} held-out rows");
        var evaluating = clock.GetTimestamp();
        var judge = new ChampionJudge(store, registry, trainers);
        var (verdict, champion) = await judge.JudgeAsync(model, data, candidate, cancellationToken);
        _seconds["evaluating"] = clock.GetElapsedTime(evaluating).TotalSeconds;

        Publish(RunStage.Registering, 0.95, "writing the version");
        var manifest = await registry.RegisterAsync(model, candidate.Bytes, Describe, cancellationToken);
        return await FinishAsync(manifest, reports, cancellationToken);

        (Manifest, ReadOnlyMemory<byte>) Describe(int version)
        {
            var described = new Manifest
            {
                Model = model,
                Version = version,
                Identity = _identity,
                CreatedAt = clock.GetUtcNow(),
                Data = used,
                DefinitionHash = definitionHash,
                Definition = data.Definition,
                Schema = data.Schema,
                EngineVersion = Engine.Version,
                Seed = seed,
                Trainer = candidate.Trial.Trainer,
                Hyperparameters = candidate.Trial.Hyperparameters,
                Trials = trials,
                Rows = data.Counts,
                DataUntil = data.Until,
                Verdict = verdict,
                ModelHash = Convert.ToHexStringLower(SHA256.HashData(candidate.Bytes)),
                ModelBytes = candidate.Bytes.Length,
                Seconds = _seconds,
                Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
                    + $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors",
            };
            var report = VersionReport.Write(new ReportInput
            {
                Manifest = described,
                Candidate = candidate.Holdout,
                Champion = champion,
                Importance = candidate.Scorer.Importance(data.Signature),
                Data = reports,
                Profile = candidate.Profile,
            });
            return (described, Encoding.UTF8.GetBytes(report));
        }
    }

    /// <summary>What this very run came to before: as recorded, or as far as its version shows.</summary>
    private async Task<RunRecord?> FindEarlierAsync(CancellationToken cancellationToken)
    {
        if (await records.FindAsync(model, _identity, cancellationToken) is { } record)
        {
            return record with { Message = $"Done before ({record.EndedAt:u}): {record.Message}" };
        }

        // Killed between writing the version and the record: only the end is missing.
        return await registry.FindAsync(model, _identity, cancellationToken) is { } manifest
            ? await FinishAsync(manifest, [], cancellationToken)
            : null;
    }

    /// <summary>Gives a registered version the part its verdict and model.json ask for. May be done again.</summary>
    private async Task<RunRecord> FinishAsync(
        Manifest manifest, IReadOnlyList<ValidationReport> reports, CancellationToken cancellationToken)
    {
        var (version, reason) = (manifest.Version, manifest.Verdict.Reasons[0]);
        if (!manifest.Verdict.Promotes)
        {
            return await EndAsync(RunOutcome.NotPromoted, $"Version {version} is kept but not live. {reason}", reports, cancellationToken, version);
        }

        var outcome = RunOutcome.Promoted;
        var message = $"Version {version} is live. {reason}";
        if (manifest.Definition.Rollout.Approval == ApprovalMode.Manual)
        {
            outcome = RunOutcome.AwaitingApproval;
            message = $"Version {version} waits for approval as challenger. {reason}";
        }
        else if (!await HasBeenChampionAsync(version, cancellationToken))
        {
            var against = manifest.Verdict.ChampionVersion ?? 0;
            var change = await registry.PromoteAsync(model, version, against, "gate", reason, cancellationToken);
            if (change == AliasOutcome.ChampionChanged)
            {
                outcome = RunOutcome.AwaitingApproval;
                message = $"Version {version} passed the gate, but the champion was changed meanwhile: it waits for approval as challenger. {reason}";
            }
        }

        if (outcome == RunOutcome.AwaitingApproval)
        {
            await registry.ChallengeAsync(model, version, "gate", reason, cancellationToken);
        }

        return await EndAsync(outcome, message, reports, cancellationToken, version);
    }

    private async Task<bool> HasBeenChampionAsync(int version, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        return aliases.History.Any(c => c.Alias == Alias.Champion && c.To == version);
    }

    private string? NameProblem()
    {
        if (!BlobPaths.IsModelName(model))
        {
            return $"'{model}' is no model name: expected 1 to 63 lower-case letters, digits and single hyphens.";
        }

        return DataFiles.IsDataFile(file) ? null : $"{file} is no data file: expected a name that ends in .csv or .csv.gz.";
    }

    /// <summary>With the file in its identity: each one that was dropped has a record that tells why it led to nothing.</summary>
    private Task<RunRecord> RejectDefinitionAsync(string why, byte[] definition, CancellationToken cancellationToken)
    {
        _identity = Convert.ToHexStringLower(SHA256.HashData([.. definition, 0, .. Encoding.UTF8.GetBytes(file)]));
        return EndAsync(RunOutcome.Rejected, $"model.json cannot be used. {why}", [], cancellationToken);
    }

    private Task<RunRecord> RejectAsync(ValidationReport report, CancellationToken cancellationToken) => EndAsync(
        RunOutcome.Rejected, $"{file} was rejected. {report.Rejection}", [report], cancellationToken);

    private async Task<RunRecord> EndAsync(
        RunOutcome outcome, string message, IReadOnlyList<ValidationReport> reports, CancellationToken cancellationToken, int? version = null)
    {
        var record = End(outcome, message) with { Reports = reports, Version = version };
        await records.WriteAsync(record, cancellationToken);
        return record;
    }

    /// <summary>An end that leaves no record: there is nothing whose identity could come again.</summary>
    private RunRecord End(RunOutcome outcome, string message) => new()
    {
        Identity = _identity,
        Model = model,
        File = file,
        Trigger = trigger,
        StartedAt = _startedAt,
        EndedAt = clock.GetUtcNow(),
        Outcome = outcome,
        Message = message,
    };

    private void Publish(RunStage stage, double progress, string message) =>
        feed.Publish(new RunUpdate(_id, model, file, stage, progress, message));

    /// <summary>Calls at once, on the training thread; Progress&lt;T&gt; would queue and mix up the order.</summary>
    private sealed class TrialListener(Action<SearchProgress> report) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => report(value);
    }
}
