using Serverless.Datasets;
using Serverless.Evaluation;
using Serverless.Registry;
using Serverless.Storage;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>Scores the champion on a candidate's held-out rows, and asks the gate.</summary>
internal sealed class ChampionJudge(BlobStore store, ModelRegistry registry, IReadOnlyList<ITrainer> trainers)
{
    private const long MaxModelBytes = 1L << 30;

    /// <returns>The verdict, and the champion's predictions where it could be compared.</returns>
    public async Task<(GateVerdict Verdict, Predictions? Champion)> JudgeAsync(
        string model, PreparedData data, Candidate candidate, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var (champion, obstacle) = aliases.Champion is { } version
            ? await PredictAsync(model, version, data, cancellationToken)
            : (null, null);
        var baseline = new BaselineTrainer();
        var baselineScorer = baseline.Train(
            data.Train, data.Validation, baseline.Defaults(data.Signature.Task), new TrainingContext(0, 1));
        var verdict = PromotionGate.Decide(
            new GateInput
            {
                Candidate = candidate.Holdout,
                Baseline = data.Predict(baselineScorer, data.Holdout, threads: 1),
                Champion = champion,
                ChampionVersion = champion is null ? null : aliases.Champion,
                Metric = data.Metric,
                Settings = data.Definition.Validation,
                Seed = data.Definition.Training.Seed,
                TimeOrdered = data.Schema.Time is not null,
                Slices = Slices(data),
            },
            cancellationToken);

        // The champion that could not be compared stays named: promotion still has to find it in its place.
        return obstacle is null
            ? (verdict, champion)
            : (verdict with { ChampionVersion = aliases.Champion, Reasons = [.. verdict.Reasons, obstacle] }, null);
    }

    private async Task<(Predictions? Predictions, string? Obstacle)> PredictAsync(
        string model, int version, PreparedData data, CancellationToken cancellationToken)
    {
        LoadedModel champion;
        try
        {
            var file = await store.ReadAllAsync(BlobPaths.ModelFile(model, version), MaxModelBytes, cancellationToken);
            if (file is null) return (null, $"The champion, version {version}, could not be compared: its model.bin is gone.");
            champion = ModelFile.Read(file.Value.Bytes, trainers);
        }
        catch (ModelFileException e)
        {
            return (null, $"The champion, version {version}, could not be compared: {e.Message}");
        }

        var signature = champion.Signature;
        var sameClasses = signature.Task == ModelTask.Multiclass || signature.Classes.Order().SequenceEqual(data.Signature.Classes.Order());
        if (signature.Task != data.Signature.Task || signature.Label != data.Signature.Label || !sameClasses)
        {
            return (null, $"The champion, version {version}, could not be compared: it predicts another thing "
                + $"('{signature.Label}', {signature.Task}).");
        }

        var rows = SignatureEncoder.Encode(signature, data.Table).Select(data.Split.Holdout);
        var labels = DataPreparation.HoldoutLabels(
            SignatureEncoder.EncodeLabels(signature, data.Table).Values, data.Split.Holdout);
        return (new Predictions(signature.Task, signature.Classes, labels, champion.Scorer.ScoreAll(rows, Environment.ProcessorCount)), null);
    }

    /// <summary>Positions among the held-out rows of each value of the columns that model.json names.</summary>
    private static Dictionary<string, int[]> Slices(PreparedData data)
    {
        var slices = new Dictionary<string, int[]>();
        foreach (var name in data.Definition.Validation.Slices)
        {
            if (data.Table.Find(name) is not CategoricalColumn column) continue;
            var groups = Enumerable.Range(0, data.Split.Holdout.Length)
                .Where(i => column.Codes[data.Split.Holdout[i]] >= 0)
                .GroupBy(i => column.Codes[data.Split.Holdout[i]]);
            foreach (var group in groups) slices[$"{name} = {column.Values[group.Key]}"] = [.. group];
        }

        return slices;
    }
}
