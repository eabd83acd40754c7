using Serverless.Core.Registry;
using Serverless.Csv.Text;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Models;
using Serverless.Learning.Reading;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;

namespace Serverless.Core.Training;

/// <summary>Scores the champion on a candidate's held-out rows, and applies the gate.</summary>
internal sealed class ChampionJudge(ModelRegistry registry)
{
    /// <summary>Max share of held-out rows whose class is unknown to a comparable champion.</summary>
    private const double MaxUnknownShare = 0.05;

    /// <summary>Min held-out rows that the champion has not learned from.</summary>
    private const int MinUnseen = 10;

    public async Task<Judgement> JudgeAsync(
        string model, InputOutcome.Ready ready, Candidate candidate, CancellationToken cancellationToken)
    {
        var data = ready.Data;
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        var (loaded, why) = aliases.Champion is { } version
            ? await LoadAsync(model, version, data, ready.Files, cancellationToken)
            : (null, null);
        var champion = loaded is null ? null : Predict(loaded.Model, data);
        var seen = loaded is null ? 0 : CountSeen(loaded.Manifest, data);
        if (champion is not null && champion.Rows - seen < MinUnseen)
        {
            why ??= NotCompared(
                aliases.Champion!.Value, $"it has learned from {seen:N0} of the {champion.Rows:N0} held-out rows.");
            (champion, seen) = (null, 0);
        }

        if (champion is not null && FindUnknown(champion, aliases.Champion!.Value) is { } unknown)
        {
            (loaded, champion, why, seen) = (null, null, unknown, 0);
        }

        var slices = Slices(data);
        var baseline = new BaselineTrainer();
        var baselineScorer = baseline.Train(
            data.Train, data.Validation, baseline.Defaults(data.Signature.Task), new TrainingContext(0, 1));
        var input = new GateInput
        {
            Candidate = candidate.Holdout,
            Baseline = data.Predict(baselineScorer, data.Holdout, threads: 1),
            Champion = champion,
            ChampionVersion = champion is null ? null : aliases.Champion,
            Metric = data.Metric,
            Settings = data.Definition.Validation,
            Seed = data.Definition.Training.Seed,
            TimeOrdered = data.Schema.TimeColumns.Count > 0,
            Slices = slices,
        };
        var judged = seen == 0 ? input : input.Skip(seen);
        var verdict = PromotionGate.Decide(judged, cancellationToken);
        if (seen > 0) verdict = verdict with { Reasons = [.. verdict.Reasons, OnlyUnseen(seen, input.Candidate.Rows)] };

        // Still names the champion that could not be compared, since promotion requires that it has not changed.
        if (why is not null) verdict = verdict.LeaveToPerson(why) with { ChampionVersion = aliases.Champion };
        var unknownValues = loaded is null ? [] : Unknown(loaded.Model.Signature, data.Table);
        return new Judgement(verdict, champion, slices, unknownValues);
    }

    /// <returns>
    /// The champion, null if it cannot be compared; and why a person has to decide, in one sentence, null if the gate
    /// can.
    /// </returns>
    private async Task<(Loaded? Champion, string? Why)> LoadAsync(
        string model,
        int version,
        PreparedData data,
        IReadOnlyList<LineageFile> files,
        CancellationToken cancellationToken)
    {
        if (await registry.GetAsync(model, version, cancellationToken) is not { } manifest)
        {
            return (null, NotCompared(version, "its manifest.json is missing."));
        }

        LoadedModel champion;
        try
        {
            champion = await registry.LoadModelAsync(model, version, cancellationToken);
        }
        catch (ModelFileException e)
        {
            return (null, NotCompared(version, e.Message));
        }

        var (its, ours) = (champion.Signature, data.Signature);
        its = its with { Classes = ClassNames.Align(its.Classes, ours.Classes) };
        champion = champion with { Signature = its };
        var isSame = its.Task == ours.Task && its.Label == ours.Label
            && (its.Task == ModelTask.Multiclass || its.Classes.Order().SequenceEqual(ours.Classes.Order()));
        return isSame
            ? (new Loaded(champion, manifest), DataAge.FindOlder(manifest, data, files))
            : (null, NotCompared(
                version, $"it predicts something else ({Thing(its)}) than this version ({Thing(ours)})."));

        static string Thing(Signature signature) =>
            $"{signature.Task.ToString().ToLowerInvariant()} of '{signature.Label}'"
            + (signature.Task == ModelTask.Regression ? "" : $": {FieldText.List(signature.Classes, atMost: 5)}");
    }

    /// <summary>
    /// Why a multiclass champion cannot be compared: it is wrong on every row of a class unknown to it.
    /// </summary>
    private static string? FindUnknown(Predictions champion, int version)
    {
        if (champion.Task != ModelTask.Multiclass) return null;
        var unknown = champion.Labels.Count(l => l < 0);
        return unknown > MaxUnknownShare * champion.Rows
            ? NotCompared(
                version,
                $"it does not know the class of {unknown:N0} of the {champion.Rows:N0} held-out rows, "
                    + $"only {FieldText.List(champion.Classes, atMost: 5)}.")
            : null;
    }

    /// <summary>
    /// Number of held-out rows, the oldest, that the champion has learned from. Without an order a row stays on its
    /// side of the split in every version, so there are none.
    /// </summary>
    private static int CountSeen(Manifest champion, PreparedData data) =>
        champion.LearnedUntil is { } until && data.HoldoutTimes is { } times
        && champion.Schema.TimeColumns.SequenceEqual(data.Schema.TimeColumns)
            ? times.Count(t => t <= until)
            : 0;

    private static string OnlyUnseen(int seen, int rows) =>
        $"Compared on the newest {rows - seen:N0} of {rows:N0} held-out rows: "
        + "the champion has learned from the others.";

    private static string NotCompared(int version, string why) =>
        $"the champion, version {version}, could not be compared: {why}";

    private static Predictions Predict(LoadedModel champion, PreparedData data)
    {
        var signature = champion.Signature;
        var rows = SignatureEncoder.Encode(signature, data.Table).Select(data.Split.Holdout);
        var labels = DataPreparation.HoldoutLabels(
            SignatureEncoder.EncodeLabels(signature, data.Table).Values, data.Split.Holdout);
        return new Predictions(signature.Task, signature.Classes, labels, champion.Scorer.ScoreAll(rows));
    }

    /// <summary>
    /// Finds categories in the data that the champion does not know. Skips truncated lists, which are incomplete.
    /// </summary>
    private static IReadOnlyList<Anomaly> Unknown(Signature champion, Table table) => ProfileAnomalies.Compare(
        table,
        champion.Features
            .Where(f => f.ListsAllCategories)
            .ToDictionary(f => f.Name, f => f.Categories));

    /// <summary>Finds the held-out rows of each value of the slice columns in model.json.</summary>
    private static Dictionary<string, int[]> Slices(PreparedData data)
    {
        var slices = new Dictionary<string, int[]>();
        foreach (var name in data.Definition.Validation.Slices)
        {
            var column = SlotValues.AsCategories(data.Table.Find(name)!)
                ?? throw new InvalidOperationException($"The slice '{name}' is not a categorical or boolean column.");
            var groups = Enumerable.Range(0, data.Split.Holdout.Length)
                .Where(i => column.Codes[data.Split.Holdout[i]] >= 0)
                .GroupBy(i => column.Codes[data.Split.Holdout[i]]);
            foreach (var group in groups) slices[$"{name} = {column.Values[group.Key]}"] = [.. group];
        }

        return slices;
    }
}

/// <summary>A champion that can be compared.</summary>
internal sealed record Loaded(LoadedModel Model, Manifest Manifest);

/// <param name="Champion">Its predictions of the held-out rows; null without a comparable champion.</param>
/// <param name="Slices">As passed to the gate.</param>
/// <param name="Unknown">Warnings about categories that the champion does not know.</param>
internal sealed record Judgement(
    GateVerdict Verdict,
    Predictions? Champion,
    IReadOnlyDictionary<string, int[]> Slices,
    IReadOnlyList<Anomaly> Unknown)
{
    /// <inheritdoc cref="GateVerdict.LeaveToPerson"/>
    public Judgement LeaveToPerson(string why) => this with { Verdict = Verdict.LeaveToPerson(why) };
}
