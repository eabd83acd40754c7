using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Explanation;
using Serverless.Learning.Gate;
using Serverless.Learning.Models;
using Serverless.Learning.Onnx;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Makes a registered version from prepared data: search, judge, register.</summary>
internal sealed class VersionMaker(TrainingServices services, RunProgress progress, string model)
{
    private readonly ChampionJudge _judge = new(services.Registry);

    /// <param name="checkpoint">Of this run; its finished trials are not repeated.</param>
    /// <param name="deadline">Cuts off the search. The stages after it are short and always completed.</param>
    public async Task<MakeOutcome> MakeAsync(
        RunInput input,
        InputOutcome.Ready ready,
        SearchCheckpoint checkpoint,
        CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        var data = ready.Data;
        var context = new TrainingContext(
            data.Definition.Training.Seed, Environment.ProcessorCount, null, cancellationToken);
        var listener = new TrialListener(p => progress.Publish(
            RunStage.Training, 0.1 + (0.75 * p.Done), $"trial {p.Trial + 1} of {p.Trials}: {p.Trainer}"));
        var problem = CandidateBuilder.Problem(data, services.Trainers, context.Threads) with
        {
            Finished = checkpoint,
            Trace = RunTelemetry.Trial
        };
        var search = await HyperparameterSearch.RunAsync(problem, context, services.Clock, listener, deadline);
        if (search.Cut is { } cut) return new MakeOutcome.CutOff(cut, search.Trials.Count);
        if (search.Winner is not { } winner) return new MakeOutcome.NoModel(search.Trials, ready.Reports);
        var candidate = CandidateBuilder.Build(data, winner, context.Threads);

        progress.EndStage("training");
        progress.Publish(RunStage.Evaluating, 0.85, $"comparing on {data.Split.Holdout.Length} held-out rows");
        var judgement = await RunTelemetry.GateAsync(
            model, () => _judge.JudgeAsync(model, ready, candidate, cancellationToken));
        if (ready.Question is { } question) judgement = judgement.LeaveToPerson(question);
        var insight = await Task.Run(
            () => ModelInsight.Of(
                candidate.Scorer,
                data.Signature,
                data.Metric,
                data.Holdout,
                context.Seed,
                context.Threads,
                cancellationToken),
            cancellationToken);
        IReadOnlyList<ValidationReport> reports = ready.Reports.Count == 0
            ? []
            : [.. ready.Reports.SkipLast(1), WithMore(ready.Reports[^1], judgement.Unknown)];
        progress.EndStage("evaluating");

        progress.Publish(RunStage.Registering, 0.95, "writing the version");
        // The store may have lost the lease during the training, so that another run of this identity was first.
        if (await services.Registry.FindAsync(model, input.Identity, cancellationToken) is { } first)
        {
            return new MakeOutcome.Made(first, reports);
        }

        var (onnx, obstacle) = await Task.Run(
            () => OnnxModel.Write(data.Signature, candidate.Scorer), cancellationToken);
        var manifest = await RunTelemetry.RegisterAsync(() => services.Registry.RegisterAsync(
            model,
            new VersionFiles(candidate.Bytes, onnx),
            version =>
            {
                var described = Describe(version, input, ready, candidate, search.Trials, judgement.Verdict) with
                {
                    OnnxHash = onnx is null ? null : ModelFile.Hash(onnx),
                    OnnxObstacle = obstacle,
                };
                return (described, Report(described, data, candidate, judgement, insight, reports));
            },
            cancellationToken));
        return new MakeOutcome.Made(manifest, reports);
    }

    private static ValidationReport WithMore(ValidationReport report, IReadOnlyList<Anomaly> anomalies) =>
        report with { Anomalies = [.. report.Anomalies, .. anomalies] };

    private Manifest Describe(
        int version,
        RunInput input,
        InputOutcome.Ready ready,
        Candidate candidate,
        IReadOnlyList<TrialRecord> trials,
        GateVerdict verdict) => new()
        {
            Model = model,
            Version = version,
            Identity = input.Identity,
            CreatedAt = services.Clock.GetUtcNow(),
            Data = ready.Files,
            DataVersion = input.DataVersion,
            History = ready.History,
            DefinitionHash = input.DefinitionHash,
            Definition = input.Definition,
            Schema = ready.Data.Schema,
            EngineVersion = Engine.Version,
            Seed = input.Definition.Training.Seed,
            Trainer = candidate.Trial.Trainer,
            Hyperparameters = candidate.Trial.Hyperparameters,
            Trials = trials,
            Calibration = candidate.Calibration,
            Rows = ready.Data.Counts,
            DataUntil = ready.Data.Until,
            LearnedUntil = ready.Data.LearnedUntil,
            Verdict = verdict,
            ModelHash = Convert.ToHexStringLower(SHA256.HashData(candidate.Bytes)),
            ModelBytes = candidate.Bytes.Length,
            Seconds = progress.Seconds,
            Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors",
        };

    private static byte[] Report(
        Manifest manifest,
        PreparedData data,
        Candidate candidate,
        Judgement judgement,
        ModelInsight insight,
        IReadOnlyList<ValidationReport> reports) =>
        Encoding.UTF8.GetBytes(VersionReport.Write(new ReportInput
        {
            Manifest = manifest,
            Candidate = candidate.Holdout,
            Uncalibrated = candidate.Scorer is CalibratedScorer calibrated
                ? data.Predict(calibrated.Inner, data.Holdout, Environment.ProcessorCount)
                : null,
            Champion = judgement.Champion,
            Insight = insight,
            Importance = candidate.Scorer.Importance(data.Signature),
            Data = reports,
            Profile = candidate.Profile,
            Slices = judgement.Slices,
        }));

    /// <summary>Calls back synchronously and in order, unlike Progress&lt;T&gt;.</summary>
    private sealed class TrialListener(Action<SearchProgress> report) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => report(value);
    }
}

/// <summary>The result of learning from a run's data.</summary>
internal abstract record MakeOutcome
{
    private MakeOutcome()
    {
    }

    /// <param name="Reports">Reports of its data files.</param>
    public sealed record Made(Manifest Manifest, IReadOnlyList<ValidationReport> Reports) : MakeOutcome;

    /// <summary>Every trial failed, each with its reason.</summary>
    public sealed record NoModel(
        IReadOnlyList<TrialRecord> Trials,
        IReadOnlyList<ValidationReport> Reports) : MakeOutcome
    {
        public string Why => string.Join(" ", Trials.Select(t => $"Trial {t.Number} ({t.Trainer}): {t.Error}"));
    }

    /// <summary>The deadline was reached.</summary>
    /// <param name="Finished">Total number of finished trials.</param>
    public sealed record CutOff(SearchCut Cut, int Finished) : MakeOutcome;
}
