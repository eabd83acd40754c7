using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// Synthetic rows in the shape of the HIGGS data: 28 numbers, some normal, some skewed, some functions of others, and a
/// noisy label that depends on interactions. Each interaction has a marginal effect. A product of two centred numbers
/// would have none: greedy trees would find it by chance only, and the scores of any library would vary by several
/// thousandths with irrelevant details.
/// </summary>
internal static class HiggsLike
{
    public const int Slots = 28;

    public static TrainingData Make(int rows, ulong seed)
    {
        var columns = Enumerable.Range(0, Slots).Select(_ => new float[rows]).ToArray();
        var labels = new float[rows];
        Parallel.For(0, (rows + Block - 1) / Block, block =>
        {
            var random = new SplitMix64(SplitMix64.Mix(seed) + (ulong)block);
            Span<double> x = stackalloc double[Slots];
            for (var row = block * Block; row < Math.Min(rows, (block + 1) * Block); row++)
            {
                labels[row] = MakeRow(random, x);
                for (var slot = 0; slot < Slots; slot++) columns[slot][row] = (float)x[slot];
            }
        });
        var slots = Enumerable.Range(0, Slots).Select(i => new Slot($"x{i}", i, 0)).ToList();
        return new TrainingData(ModelTask.Binary, new FeatureMatrix(slots, columns, rows), labels, 2);
    }

    private const int Block = 4096;

    private static float MakeRow(SplitMix64 random, Span<double> x)
    {
        for (var i = 0; i < 21; i++) x[i] = Normal(random);

        // Like masses and energies: positive, with a long tail.
        for (var i = 0; i < 7; i++) x[i] = DeterministicMath.Exp(0.5 * x[i]);

        // Like tags: few values.
        for (var i = 17; i < 21; i++) x[i] = Math.Floor(Math.Abs(x[i]) * 1.5);
        for (var i = 21; i < Slots; i++)
        {
            var (a, b) = (x[i - 21], x[i - 14]);
            x[i] = Math.Sqrt((a * a) + (b * b)) + (0.3 * Math.Abs(Normal(random)));
        }

        var score = (0.9 * x[0] * x[8]) - (0.7 * Math.Abs(x[9])) + (x[21] < 1.4
            ? 1.1
            : -0.4) + (0.6 * x[22] * (x[10] > 0 ? 1 : -1))
            - (0.8 * (x[23] - 1.5) * (x[24] - 1.5)) + (0.5 * x[11]) + (x[17] > 1 && x[12] > 0.3
                ? 0.9
                : 0) - (0.4 * x[25]) + 0.6;
        return random.NextDouble() < DeterministicMath.Sigmoid(score) ? 1 : 0;
    }

    /// <summary>Approximates a normal number by the sum of twelve uniform ones.</summary>
    private static double Normal(SplitMix64 random)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += random.NextDouble();
        return sum;
    }
}
