using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers;

/// <summary>Deterministic subsamples of training rows.</summary>
internal static class RowSubsample
{
    /// <summary>
    /// Draws one row in <paramref name="divisor"/>, in the order of the data, stratified by class so that a rare one
    /// keeps its share and at least one row. The draw of a larger divisor is a subset of that of a smaller one.
    /// </summary>
    public static TrainingData Draw(TrainingData data, int divisor, long seed)
    {
        if (divisor == 1) return data;
        var room = new int[Math.Max(1, data.ClassCount)];
        int Stratum(int row) => data.Task == ModelTask.Regression ? 0 : (int)data.Labels[row];
        for (var row = 0; row < data.Labels.Length; row++) room[Stratum(row)]++;
        for (var i = 0; i < room.Length; i++) room[i] = (room[i] + divisor - 1) / divisor;

        int[] drawn = Array.FindAll(Shuffled(data.Labels.Length, seed), row => room[Stratum(row)]-- > 0);
        Array.Sort(drawn);
        return data.Select(drawn);
    }

    private static int[] Shuffled(int count, long seed)
    {
        var rows = new int[count];
        var random = new SplitMix64(SplitMix64.Mix((ulong)seed));
        for (var i = 0; i < count; i++)
        {
            var j = random.NextInt32(i + 1);
            (rows[i], rows[j]) = (rows[j], i);
        }

        return rows;
    }
}
