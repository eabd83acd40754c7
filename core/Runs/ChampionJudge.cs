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

    public async Task<Judgement> JudgeAsync(
        string model, PreparedData data, Candidate candidate, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var (loaded, obstacle) = aliases.Champion is { } version
            ? await LoadAsync(model, version, data.Signature, cancellationToken)
            : (null, null);
        var champion = loaded is null ? null : Predict(loaded, data);
        var slices = Slices(data);
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
                Slices = slices,
            },
            cancellationToken);

        if (obstacle is not null)
        {
            // The champion that could not be compared stays named: promotion still has to find it in its place.
            var reasons = verdict.Reasons.Skip(1).Prepend($"{verdict.Reasons[0]} {obstacle}");
            verdict = verdict with { ChampionVersion = aliases.Champion, Reasons = [.. reasons] };
        }

        return new Judgement(verdict, champion, slices, loaded is null ? [] : Unknown(loaded.Signature, data.Table));
    }

    /// <returns>The champion, or one sentence that says why it cannot be compared.</returns>
    private async Task<(LoadedModel? Champion, string? Obstacle)> LoadAsync(
        string model, int version, Signature candidate, CancellationToken cancellationToken)
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
        var sameClasses = signature.Task == ModelTask.Multiclass || signature.Classes.Order().SequenceEqual(candidate.Classes.Order());
        return signature.Task == candidate.Task && signature.Label == candidate.Label && sameClasses
            ? (champion, null)
            : (null, $"The champion, version {version}, could not be compared: it predicts another thing "
                + $"({signature.Task.ToString().ToLowerInvariant()} of '{signature.Label}').");
    }

    private static Predictions Predict(LoadedModel champion, PreparedData data)
    {
        var signature = champion.Signature;
        var rows = SignatureEncoder.Encode(signature, data.Table).Select(data.Split.Holdout);
        var labels = DataPreparation.HoldoutLabels(
            SignatureEncoder.EncodeLabels(signature, data.Table).Values, data.Split.Holdout);
        return new Predictions(signature.Task, signature.Classes, labels, champion.Scorer.ScoreAll(rows));
    }

    /// <summary>Categories in the data that the champion does not know. A list that was cut off says nothing about the rest.</summary>
    private static IReadOnlyList<Anomaly> Unknown(Signature champion, Table table) => ProfileAnomalies.Compare(
        table,
        champion.Features
            .Where(f => f.Type == ColumnType.Categorical && f.Categories.Count < SignatureFeature.MaxCategories)
            .ToDictionary(f => f.Name, f => f.Categories));

    /// <summary>Positions among the held-out rows of each value of the columns that model.json names.</summary>
    private static Dictionary<string, int[]> Slices(PreparedData data)
    {
        var slices = new Dictionary<string, int[]>();
        foreach (var name in data.Definition.Validation.Slices)
        {
            var column = SlotValues.AsCategories(data.Table.Find(name)!)
                ?? throw new InvalidOperationException($"The slice '{name}' is no categorical or boolean column.");
            var groups = Enumerable.Range(0, data.Split.Holdout.Length)
                .Where(i => column.Codes[data.Split.Holdout[i]] >= 0)
                .GroupBy(i => column.Codes[data.Split.Holdout[i]]);
            foreach (var group in groups) slices[$"{name} = {column.Values[group.Key]}"] = [.. group];
        }

        return slices;
    }
}

/// <param name="Champion">Its predictions for the held-out rows; null where there is none that could be compared.</param>
/// <param name="Slices">As the gate got them.</param>
/// <param name="Unknown">Warnings: categories of the data that the champion does not know.</param>
internal sealed record Judgement(
    GateVerdict Verdict, Predictions? Champion, IReadOnlyDictionary<string, int[]> Slices, IReadOnlyList<Anomaly> Unknown);
