using Serverless.Core.Registry;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Prepares a table for trainers.</summary>
internal static class DataPreparation
{
    /// <param name="table">The rows, or a sample of a large data set.</param>
    /// <param name="allRows">All rows of a large data set; ownership is transferred. Null if the table has all.</param>
    /// <param name="threads">Max threads; the result does not depend on it.</param>
    /// <returns>The data, or one sentence that says why it cannot be learned from.</returns>
    public static (PreparedData? Data, string? Refusal) Prepare(
        ModelDefinition definition, DatasetSchema schema, Table table, BinnedTable? allRows, int threads)
    {
        Column Find(string name) => allRows is null ? table.Find(name)! : allRows.Find(name);

        var (times, areTicks) = RowTimes.Of([.. schema.TimeColumns.Select(Find)]);
        var keys = SplitKeys.Of(allRows?.RowHashes ?? table.RowHashes, areIds: schema.Id is not null, threads);
        var split = HoldoutSplit.Of(keys, times, definition.Validation, definition.Training.Seed);
        if (split.Refusal is { } refusal) return (null, refusal);

        if (SignatureBuilder.FindClassProblem(schema, Find(schema.Label), split.Train) is { } problem)
        {
            return (null, problem);
        }

        var signature = SignatureBuilder.Build(schema, Find, split.Train, threads);
        if (signature.Features.Count == 0)
        {
            return (null, "No column is left to learn from: every one is the label, an id or ignored.");
        }

        var until = areTicks ? new DateTimeOffset(times!.Max(), TimeSpan.Zero) : (DateTimeOffset?)null;
        var learnedUntil = times is null
            ? (long?)null
            : split.Train.Concat(split.Validation).Max(r => times[r]);
        var counts = new RowCounts(split.Train.Length, split.Validation.Length, split.Holdout.Length);
        var allTrain = allRows is null ? null : AllTrain(signature, allRows, split.Train, threads);
        if (allRows is not null)
        {
            split = split.Among(allRows.Kept);
            times = times is null ? null : Array.ConvertAll(allRows.Kept, r => times[r]);
        }

        var features = SignatureEncoder.Encode(signature, table, threads);
        var labels = SignatureEncoder.EncodeLabels(signature, table).Values;
        var (goal, goalRefusal) = LearningGoal.Of(definition, signature, allTrain?.Labels ?? labels);
        if (goal is null) return (null, goalRefusal);

        var train = Learnable(signature, features, labels, split.Train);
        train = train with
        {
            Features = SignatureEncoder.EncodeTraining(
                signature, table, Known(labels, split.Train), train.Features, threads),
        };
        var data = new PreparedData
        {
            Definition = definition,
            Schema = schema with { Columns = [.. schema.Columns.Select(c => WithWords(c, signature))] },
            Table = table,
            Signature = signature,
            Split = split,
            Counts = counts,
            Train = train with { AllRows = allTrain, Goal = goal },
            Validation = Learnable(signature, features, labels, split.Validation),
            Holdout = new TrainingData(
                signature.Task,
                features.Select(split.Holdout),
                HoldoutLabels(labels, split.Holdout),
                signature.Classes.Count),
            Until = until,
            HoldoutTimes = times is null ? null : Array.ConvertAll(split.Holdout, r => times[r]),
            LearnedUntil = learnedUntil,
            Metric = definition.Metric is { } name
                ? MetricCatalog.Find(name, schema.Task)!
                : MetricCatalog.Default(schema.Task),
        };
        return FindMetricProblem(data) is { } undefined ? (null, undefined) : (data, null);
    }

    /// <summary>With only one label, some metrics cannot distinguish models.</summary>
    private static string? FindMetricProblem(PreparedData data)
    {
        var labels = data.Validation.Labels.Distinct().Take(2).ToList();
        if (labels.Count > 1) return null;
        var (task, classes) = (data.Signature.Task, data.Signature.Classes);
        var outputs = new double[data.Validation.Labels.Length * (task == ModelTask.Multiclass ? classes.Count : 1)];
        Array.Fill(outputs, 1.0 / Math.Max(2, classes.Count));
        var guess = new Predictions(task, classes, data.Validation.Labels, outputs);
        if (double.IsFinite(data.Metric.Compute(guess))) return null;

        var found = labels.Count == 0
            ? "none"
            : task == ModelTask.Regression
                ? $"{labels[0]} in all of them"
                : $"'{classes[(int)labels[0]]}' in all of them";
        return $"Expected different values of '{data.Signature.Label}' in the {data.Split.Validation.Length} rows by "
            + $"whose {data.Metric.Name} "
            + $"models are chosen, found {found}. More rows are needed.";
    }

    /// <summary>
    /// Labels of the given rows as in <see cref="Predictions"/>: −1 for a class unknown to the signature.
    /// </summary>
    public static float[] HoldoutLabels(float[] labels, int[] rows) =>
        Array.ConvertAll(rows, r => float.IsNaN(labels[r]) ? -1 : labels[r]);

    /// <summary>All rows to learn from, binned.</summary>
    private static BinnedRows AllTrain(Signature signature, BinnedTable data, int[] rows, int threads)
    {
        var labels = SignatureEncoder.EncodeLabels(signature, data.Label).Values;
        var known = Known(labels, rows);
        return new BinnedRows(
            BinnedTableEncoder.TakeOver(signature, data, known, threads), Array.ConvertAll(known, r => labels[r]));
    }

    /// <summary>Notes of a text how much of it is known.</summary>
    private static ColumnSchema WithWords(ColumnSchema column, Signature signature) =>
        signature.Features.FirstOrDefault(f => f.Name == column.Name)?.Text is { } text
            ? column with { Format = $"text, {NumberFormat.Of(text.Terms.Count)} words and pairs" }
            : column;

    private static int[] Known(float[] labels, int[] rows) => Array.FindAll(rows, r => !float.IsNaN(labels[r]));

    /// <summary>The rows whose class the signature knows.</summary>
    private static TrainingData Learnable(Signature signature, FeatureMatrix features, float[] labels, int[] rows)
    {
        var known = Known(labels, rows);
        return new TrainingData(
            signature.Task, features.Select(known), Array.ConvertAll(known, r => labels[r]), signature.Classes.Count);
    }
}
