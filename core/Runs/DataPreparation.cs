using Serverless.Datasets;
using Serverless.Evaluation;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>From a table to what trainers take.</summary>
internal static class DataPreparation
{
    /// <returns>The data, or one sentence that says why it cannot be learned from.</returns>
    public static (PreparedData? Data, string? Refusal) Prepare(ModelDefinition definition, DatasetSchema schema, Table table)
    {
        var ticks = schema.Time is { } time ? ((TimestampColumn)table.Find(time)!).Ticks : null;
        var split = Split.Of(table.RowHashes, ticks, definition.Validation, definition.Training.Seed);
        if (split.Refusal is { } refusal) return (null, refusal);

        var signature = SignatureBuilder.Build(schema, table, split.Train);
        if (signature.Features.Count == 0)
        {
            return (null, "No column is left to learn from: every one is the label, an id or ignored.");
        }

        if (schema.Task == ModelTask.Binary && signature.Classes.Count != 2)
        {
            return (null, $"Expected two classes in '{schema.Label}' for the task binary, found {signature.Classes.Count} "
                + $"in the {split.Train.Length} training rows ({string.Join(", ", signature.Classes.Take(5))}).");
        }

        if (schema.Task == ModelTask.Multiclass && signature.Classes.Count is < 2 or > TrainingDataRules.MaxClasses)
        {
            return (null, $"Expected 2 to {TrainingDataRules.MaxClasses} classes in '{schema.Label}', found {signature.Classes.Count}.");
        }

        return (new PreparedData
        {
            Definition = definition,
            Schema = schema,
            Table = table,
            Signature = signature,
            Split = split,
            Train = Learnable(signature, table, split.Train),
            Validation = Learnable(signature, table, split.Validation),
            Holdout = SignatureEncoder.Encode(signature, table, split.Holdout),
            HoldoutLabels = SignatureEncoder.Labels(signature, table, split.Holdout),
            Metric = definition.Metric is { } name ? Metrics.Find(name, schema.Task)! : Metrics.Default(schema.Task),
        }, null);
    }

    /// <summary>The rows among the given ones whose class training knows.</summary>
    private static TrainingData Learnable(Signature signature, Table table, int[] rows)
    {
        var labels = SignatureEncoder.Labels(signature, table, rows);
        if (Array.IndexOf(labels, -1f) >= 0 && signature.Task != ModelTask.Regression)
        {
            rows = [.. rows.Where((_, i) => labels[i] >= 0)];
            labels = Array.FindAll(labels, l => l >= 0);
        }

        return new TrainingData(signature.Task, SignatureEncoder.Encode(signature, table, rows), labels, signature.Classes.Count);
    }
}
