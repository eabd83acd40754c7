using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Serverless.Datasets;
using Serverless.Evaluation;
using Serverless.Registry;
using Serverless.Telemetry;
using Serverless.Training;
using Serverless.Training.Calibration;
using Serverless.Training.Onnx;

namespace Serverless.Runs;

/// <summary>From prepared data to a registered version: search, judge, register.</summary>
internal sealed class VersionMaker(
    ModelRegistry registry, ChampionJudge judge, IReadOnlyList<ITrainer> trainers, RunProgress progress, TimeProvider clock, string model)
{
    /// <returns>The version and the reports of its data; or, where every trial failed, why.</returns>
    public async Task<(Manifest? Manifest, IReadOnlyList<ValidationReport> Reports, string? Failure)> MakeAsync(
        RunInput input, InputOutcome.Ready ready, CancellationToken cancellationToken)
    {
        var data = ready.Data;
        var context = new TrainingContext(data.Definition.Training.Seed, Environment.ProcessorCount, null, cancellationToken);
        var listener = new TrialListener(p => progress.Publish(
            RunStage.Training, 0.1 + (0.75 * (p.Trial + p.Share) / p.Trials), $"trial {p.Trial + 1} of {p.Trials}: {p.Trainer}"));
        var (candidate, trials) = await Task.Run(
            () => CandidateBuilder.Search(data, trainers, context, clock, listener), cancellationToken);
        if (candidate is null)
        {
            return (null, ready.Reports, string.Join(" ", trials.Select(t => $"Trial {t.Number} ({t.Trainer}): {t.Error}")));
        }

        progress.EndStage("training");
        progress.Publish(RunStage.Evaluating, 0.85, $"comparing on {data.Split.Holdout.Length} held-out rows");
        var judgement = await RunTelemetry.GateAsync(model, () => judge.JudgeAsync(model, data, candidate, cancellationToken));
        var insight = await Task.Run(
            () => ModelInsight.Of(
                candidate.Scorer, data.Signature, data.Metric, data.Holdout, context.Seed, context.Threads, cancellationToken),
            cancellationToken);
        var newest = ready.Reports[^1];
        IReadOnlyList<ValidationReport> reports =
            [.. ready.Reports.SkipLast(1), newest with { Anomalies = [.. newest.Anomalies, .. judgement.Unknown] }];
        progress.EndStage("evaluating");

        progress.Publish(RunStage.Registering, 0.95, "writing the version");
        var (onnx, obstacle) = await Task.Run(() => OnnxModel.Write(data.Signature, candidate.Scorer), cancellationToken);
        var manifest = await RunTelemetry.RegisterAsync(() => registry.RegisterAsync(
            model,
            candidate.Bytes,
            onnx,
            version =>
            {
                var described = Describe(version, input, ready, candidate, trials, judgement.Verdict) with
                {
                    OnnxHash = onnx is null ? null : ModelFile.Hash(onnx),
                    OnnxObstacle = obstacle,
                };
                return (described, Report(described, data, candidate, judgement, insight, reports));
            },
            cancellationToken));
        return (manifest, reports, null);
    }

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
            CreatedAt = clock.GetUtcNow(),
            Data = ready.Files,
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

    /// <summary>Calls at once, on the training thread; Progress&lt;T&gt; would queue and mix up the order.</summary>
    private sealed class TrialListener(Action<SearchProgress> report) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => report(value);
    }
}
