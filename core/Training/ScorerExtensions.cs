namespace Serverless.Training;

public static class ScorerExtensions
{
    /// <summary>Scores every row.</summary>
    /// <param name="threads">Null: one per processor. The outputs do not depend on it.</param>
    /// <returns>Row by row, <see cref="Scorer.OutputCount"/> values each.</returns>
    public static double[] ScoreAll(this Scorer scorer, FeatureMatrix features, int? threads = null)
    {
        var count = scorer.OutputCount;
        var outputs = new double[checked(features.RowCount * count)];
        FixedOrder.ForRows(threads ?? Environment.ProcessorCount, features.RowCount, (from, to) =>
        {
            var slots = new float[features.Slots.Count];
            for (var row = from; row < to; row++)
            {
                features.CopyRow(row, slots);
                scorer.Score(slots, outputs.AsSpan(row * count, count));
            }
        });
        return outputs;
    }
}
