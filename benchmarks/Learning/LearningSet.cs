using System.Runtime.InteropServices;
using Serverless.Benchmarks.Trainers;
using Serverless.Core.Training;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// Training and test rows. The peers read the same rows from files of 32-bit floats, with the label last.
/// </summary>
/// <param name="FitLimit">Limit of our fit time, as a share of XGBoost's; null sets none.</param>
internal sealed record LearningSet(string Name, TrainingData Train, TrainingData Test, double? FitLimit)
{
    private const int RefitsOfReal = 100;

    /// <summary>
    /// If not 0, scores are means over this number of fits, each without a random tenth of the rows. On a small set,
    /// the score of one fit varies by chance: with 254 bins instead of 255 a peer's moves by several times the
    /// tolerance.
    /// </summary>
    public int Refits { get; private init; }

    public static LearningSet HiggsLike(int rows) => new(
        $"{rows:N0} × {Learning.HiggsLike.Slots}",
        Learning.HiggsLike.Make(rows, seed: 1),
        Learning.HiggsLike.Make(200_000, seed: 2),
        0.5);

    /// <summary>Reads the output of <c>flights.mjs</c>.</summary>
    public static LearningSet Flights(string folder)
    {
        Slot[] slots =
        [
            new("month", 0, 0), new("day", 1, 0), new("hour", 2, 0), new("distance", 3, 0), new("origin", 4, 250),
            new("destination", 5, 250),
        ];
        return new LearningSet(
            "flights, 1,000,000 × 6",
            Read(slots, Path.Combine(folder, "train.f32")),
            Read(slots, Path.Combine(folder, "test.f32")),
            0.6);
    }

    /// <summary>A real set in the split of its publisher, read and encoded by the product.</summary>
    public static async Task<LearningSet> SharedAsync(RealData set, string folder, CancellationToken cancellationToken)
    {
        var data = await set.PrepareAsync(folder, cancellationToken);
        var train = Join(Join(data.Train, data.Validation), data.Holdout);
        var test = await set.ReadTestAsync(folder, data, cancellationToken);
        return new LearningSet(
            $"{set.Name}, {train.Labels.Length:N0} × {train.Features.Columns.Length}",
            train,
            test,
            FitLimit: null)
        { Refits = RefitsOfReal };
    }

    /// <summary>For each of these fits, whether it learns from a row.</summary>
    public IEnumerable<bool[]> DrawRefits()
    {
        for (var i = 0; i < Refits; i++)
        {
            var random = new SplitMix64((ulong)i);
            yield return [.. Train.Labels.Select(_ => random.NextInt32(10) != 0)];
        }
    }

    public static void Write(TrainingData data, string file)
    {
        var columns = data.Features.Columns;
        var row = new float[columns.Length + 1];
        using var stream = new BufferedStream(File.Create(file), 1 << 20);
        for (var i = 0; i < data.Labels.Length; i++)
        {
            data.Features.CopyRow(i, row);
            row[^1] = data.Labels[i];
            stream.Write(MemoryMarshal.AsBytes<float>(row));
        }
    }

    private static TrainingData Join(TrainingData first, TrainingData second)
    {
        var columns = first.Features.Columns.Zip(second.Features.Columns, (a, b) => (float[])[.. a, .. b]).ToArray();
        float[] labels = [.. first.Labels, .. second.Labels];
        return first with
        {
            Features = new FeatureMatrix(first.Features.Slots, columns, labels.Length),
            Labels = labels
        };
    }

    private static TrainingData Read(Slot[] slots, string file)
    {
        var width = slots.Length + 1;
        var bytes = File.ReadAllBytes(file);
        var values = MemoryMarshal.Cast<byte, float>(bytes);
        var rows = values.Length / width;
        var columns = Enumerable.Range(0, width).Select(_ => new float[rows]).ToArray();
        for (var i = 0; i < rows * width; i++) columns[i % width][i / width] = values[i];
        return new TrainingData(ModelTask.Regression, new FeatureMatrix(slots, columns[..^1], rows), columns[^1], 0);
    }
}
