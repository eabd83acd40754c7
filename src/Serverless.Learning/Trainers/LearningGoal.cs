using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Trainers;

/// <summary>What is asked of a model beyond its task. Not every trainer can do it: see <see cref="ITrainer.HonoursGoals"/>.</summary>
public sealed record LearningGoal
{
    /// <summary>Null: squared error, logistic or softmax, by the task.</summary>
    public TrainingObjective? Objective { get; init; }

    /// <summary>How much a row of each class counts, in the signature's order; empty: 1.</summary>
    public IReadOnlyList<double> ClassWeights { get; init; } = [];

    /// <summary>For each slot the direction that predictions may not leave as its values rise; empty: none has one.</summary>
    public IReadOnlyList<Monotone?> Monotone { get; init; } = [];

    /// <summary>The trainers that can do what is asked.</summary>
    public IReadOnlyList<ITrainer> Able(IReadOnlyList<ITrainer> trainers) =>
        Objective is null && ClassWeights.Count == 0 && Monotone.Count == 0 ? trainers : [.. trainers.Where(t => t.HonoursGoals)];

    /// <inheritdoc cref="Able(IReadOnlyList{ITrainer})"/>
    public static IReadOnlyList<ITrainer> Able(IReadOnlyList<ITrainer> trainers, ModelDefinition definition) =>
        definition.Training is { Objective: null, ClassWeights.Count: 0 } && definition.Features.All(f => f.Monotone is null)
            ? trainers
            : [.. trainers.Where(t => t.HonoursGoals)];

    /// <summary>What <c>model.json</c> asks for.</summary>
    /// <param name="labels">Those to learn from.</param>
    /// <returns>Why it cannot be done with these data, in one sentence, or the goal.</returns>
    public static (LearningGoal? Goal, string? Refusal) Of(ModelDefinition definition, Signature signature, ReadOnlySpan<float> labels)
    {
        var training = definition.Training;
        if (training.Objective is { } objective && !ObjectiveNames.Serves(objective, signature.Task))
        {
            return (null, $"Expected in training.objective one for {signature.Task.ToString().ToLowerInvariant()}, found '{ObjectiveNames.Of(objective)}'.");
        }

        if (training.Objective == TrainingObjective.Poisson && labels.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon))
        {
            return (null, $"Expected no label below 0, as training.objective is 'poisson', found some in '{signature.Label}'.");
        }

        if (training.ClassWeights.Keys.FirstOrDefault(c => ClassNames.Find(signature.Classes, c) < 0) is { } unknown)
        {
            return (null, $"Expected in training.classWeights classes of '{signature.Label}', found '{unknown}'.");
        }

        var monotone = definition.Features.Where(f => f.Monotone is not null).ToDictionary(f => f.Name, f => f.Monotone);
        foreach (var feature in signature.Features)
        {
            if (!monotone.ContainsKey(feature.Name) || feature.Type is ColumnType.Numeric or ColumnType.Boolean) continue;
            return (null, $"Expected '{feature.Name}' to be numeric, as features[].monotone asks for an order, found {feature.Type.ToString().ToLowerInvariant()}.");
        }

        return (new LearningGoal
        {
            Objective = training.Objective,
            ClassWeights = training.ClassWeights.Count == 0 ? [] : Weights(signature.Classes, training.ClassWeights),
            Monotone = monotone.Count == 0 ? [] : [.. signature.Slots.Select(s => monotone.GetValueOrDefault(signature.Features[s.Feature].Name))],
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
