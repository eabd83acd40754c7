using Serverless.Csv.Text;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Trainers;

/// <summary>
/// Requirements beyond the task. Not every trainer supports them: see <see cref="ITrainer.SupportsObjectives"/>.
/// </summary>
public sealed record LearningGoal
{
    /// <summary>Default: squared error, logistic or softmax, by the task.</summary>
    public TrainingObjective? Objective { get; init; }

    /// <summary>Weight of each class's rows, in the signature's order; empty for 1 each.</summary>
    public IReadOnlyList<double> ClassWeights { get; init; } = [];

    /// <summary>Per slot, the direction in which predictions must move as its values rise; empty without any.</summary>
    public IReadOnlyList<Monotone?> Monotone { get; init; } = [];

    /// <summary>The trainers that support the requirements.</summary>
    public IReadOnlyList<ITrainer> Able(IReadOnlyList<ITrainer> trainers) =>
        Objective is null && ClassWeights.Count == 0 && Monotone.Count == 0
            ? trainers
            : [.. trainers.Where(t => t.SupportsObjectives)];

    /// <inheritdoc cref="Able(IReadOnlyList{ITrainer})"/>
    public static IReadOnlyList<ITrainer> Able(IReadOnlyList<ITrainer> trainers, ModelDefinition definition) =>
        definition.Training is { Objective: null, ClassWeights.Count: 0 }
            && definition.Features.All(f => f.Monotone is null)
            ? trainers
            : [.. trainers.Where(t => t.SupportsObjectives)];

    /// <summary>Reads the requirements of <c>model.json</c>.</summary>
    /// <param name="labels">The training labels.</param>
    /// <returns>The goal, or why these data cannot meet it, in one sentence.</returns>
    public static (LearningGoal? Goal, string? Refusal) Of(
        ModelDefinition definition, Signature signature, ReadOnlySpan<float> labels)
    {
        var training = definition.Training;
        if (training.Objective is { } objective && !ObjectiveNames.Serves(objective, signature.Task))
        {
            return (null,
                $"Expected in training.objective one for {signature.Task.ToString().ToLowerInvariant()}, "
                + $"found '{ObjectiveNames.Of(objective)}'.");
        }

        if (training.Objective == TrainingObjective.Poisson
            && labels.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon))
        {
            return (null,
                $"Expected no label below 0, as training.objective is 'poisson', found some in '{signature.Label}'.");
        }

        if (training.ClassWeights.Keys.FirstOrDefault(c => ClassNames.Find(signature.Classes, c) < 0) is { } unknown)
        {
            return (null,
                $"Expected in training.classWeights of model.json classes of '{signature.Label}' "
                + $"({FieldText.List(signature.Classes)}), found {FieldText.Show(unknown)}"
                + $"{NameSuggestion.Ask(unknown, signature.Classes)}.");
        }

        var monotone = definition.Features.Where(f => f.Monotone is not null)
            .ToDictionary(f => f.Name, f => f.Monotone);
        foreach (var feature in signature.Features)
        {
            if (!monotone.ContainsKey(feature.Name) || feature.Type is ColumnType.Numeric or ColumnType.Boolean)
            {
                continue;
            }

            return (null,
                $"Expected '{feature.Name}' to be numeric, as features[].monotone asks for an order, "
                + $"found {feature.Type.ToString().ToLowerInvariant()}.");
        }

        return (new LearningGoal
        {
            Objective = training.Objective,
            ClassWeights = training.ClassWeights.Count == 0 ? [] : Weights(signature.Classes, training.ClassWeights),
            Monotone = monotone.Count == 0
                ? []
                : [.. signature.Slots.Select(s => monotone.GetValueOrDefault(signature.Features[s.Feature].Name))],
        }, null);
    }

    private static double[] Weights(IReadOnlyList<string> classes, IReadOnlyDictionary<string, double> asked)
    {
        var weights = new double[classes.Count];
        Array.Fill(weights, 1);
        foreach (var (name, weight) in asked) weights[ClassNames.Find(classes, name)] = weight;
        return weights;
    }
}
