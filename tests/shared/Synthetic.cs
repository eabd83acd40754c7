using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Learning.Trainers.Linear;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Tests;

/// <summary>
/// Made-up rows with everything that real ones have: numbers, categories, ties, missing values, noise.
/// </summary>
internal static class Synthetic
{
    public static readonly IReadOnlyList<ITrainer> Trainers =
        [new BaselineTrainer(), new LinearTrainer(), new GradientBoostingTrainer()];

    public static ITrainer Trainer(string name) => Trainers.Single(t => t.Name == name);

    public static IReadOnlyList<Slot> Slots { get; } =
    [
        new("smooth", 0, 0), new("step", 1, 0), new("colour", 2, 12), new("noise", 3, 0), new("whole", 4, 0),
        new("place", 5, 40),
    ];

    /// <summary>
    /// A label that needs a curve, a step, a category, an interaction and the fact that a value is missing.
    /// </summary>
    public static TrainingData Make(ModelTask task, int rows, ulong seed, int classes = 4)
    {
        var random = new SplitMix64(seed);
        var columns = Slots.Select(_ => new float[rows]).ToArray();
        var labels = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var smooth = (random.NextDouble() * 4) - 2;
            var step = random.NextDouble();
            var colour = random.NextInt32(13); // 12: any other
            var whole = random.NextInt32(5);
            var place = random.NextInt32(41);
            var hidden = random.NextDouble() < 0.15;
            var signal = (smooth * smooth) + (step > 0.3 ? 1.5 : 0) + (colour * 5 % 13 * 0.2) + (hidden ? 1 : 0)
                + (whole >= 3 && smooth > 0 ? 1 : 0) - 3.5;
            columns[0][row] = (float)smooth;
            columns[1][row] = hidden ? float.NaN : (float)step;
            columns[2][row] = random.NextDouble() < 0.05 ? float.NaN : colour;
            columns[3][row] = (float)random.NextDouble();
            columns[4][row] = whole;
            columns[5][row] = place;
            var noise = random.NextDouble() - 0.5;
            labels[row] = task switch
            {
                ModelTask.Regression => (float)(100 + (10 * signal) + (2 * noise)),
                ModelTask.Binary => signal + noise > 0 ? 1 : 0,
                _ => (float)Math.Clamp(Math.Floor(signal + noise + (classes / 2.0)), 0, classes - 1),
            };
        }

        return new TrainingData(task, new FeatureMatrix(Slots, columns, rows), labels, ClassCount(task, classes));
    }

    public static TrainingData Numeric(ModelTask task, float[][] columns, float[] labels, int classes = 0) => new(
        task,
        new FeatureMatrix([.. columns.Select((_, i) => new Slot($"x{i}", i, 0))], columns, labels.Length),
        labels,
        task == ModelTask.Binary ? 2 : classes);

    public static TrainingData Take(this TrainingData data, int from, int to)
    {
        int[] rows = [.. Enumerable.Range(from, to - from)];
        return data with { Features = data.Features.Select(rows), Labels = data.Labels[from..to] };
    }

    public static Scorer Train(
        string trainer,
        TrainingData train,
        TrainingData validation,
        int threads = 1,
        Action<Hyperparameters>? change = null)
    {
        var hyperparameters = Trainer(trainer).Defaults(train.Task);
        change?.Invoke(hyperparameters);
        return Trainer(trainer).Train(train, validation, hyperparameters, new TrainingContext(
            7, threads, CancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>Few trees, where it does not matter how good they are.</summary>
    public static void Short(Hyperparameters hyperparameters)
    {
        if (hyperparameters.ContainsKey("num_iterations")) hyperparameters["num_iterations"] = 3;
    }

    public static byte[] Bytes(Scorer scorer)
    {
        using var stream = new MemoryStream();
        scorer.Save(stream);
        return stream.ToArray();
    }

    /// <summary>Share of the labels' variance that the scorer explains.</summary>
    public static double R2(Scorer scorer, TrainingData data)
    {
        var outputs = scorer.ScoreAll(data.Features);
        var mean = data.Labels.Average(l => (double)l);
        return 1 - (outputs.Zip(data.Labels, (o, l) => (o - l) * (o - l)).Sum() / data.Labels.Sum(
            l => (l - mean) * (l - mean)));
    }

    /// <summary>Share of the rows whose most probable class is the label.</summary>
    public static double Accuracy(Scorer scorer, TrainingData data)
    {
        var outputs = scorer.ScoreAll(data.Features);
        var count = scorer.OutputCount;
        var right = 0;
        for (var row = 0; row < data.Labels.Length; row++)
        {
            var predicted = 0;
            if (count == 1) predicted = outputs[row] > 0.5 ? 1 : 0;
            for (var k = 1; k < count; k++)
            {
                if (outputs[(row * count) + k] > outputs[(row * count) + predicted]) predicted = k;
            }

            if (predicted == (int)data.Labels[row]) right++;
        }

        return (double)right / data.Labels.Length;
    }

    private static int ClassCount(ModelTask task, int classes) => task switch
    {
        ModelTask.Regression => 0,
        ModelTask.Binary => 2,
        _ => classes,
    };
}
