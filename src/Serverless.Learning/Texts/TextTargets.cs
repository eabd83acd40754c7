using Serverless.Learning.Definition;

namespace Serverless.Learning.Texts;

/// <summary>What the scores of a text are to predict.</summary>
/// <param name="Names">One per score.</param>
/// <param name="Values">Score by score, one value per row.</param>
internal sealed record TextTargets(IReadOnlyList<string> Names, IReadOnlyList<double[]> Values)
{
    /// <param name="labels">A number or a class's index for each row.</param>
    /// <param name="classes">Names of the classes; of two, the second is scored.</param>
    public static TextTargets Of(ModelTask task, ReadOnlySpan<float> labels, IReadOnlyList<string> classes)
    {
        float[] all = [.. labels];
        if (task == ModelTask.Regression) return new TextTargets(["score"], [Standardise(all)]);
        if (task == ModelTask.Binary) return new TextTargets(["score"], [Is(all, 1)]);
        int[] frequent = [.. all.CountBy(c => (int)c).OrderByDescending(c => c.Value).ThenBy(c => c.Key)
            .Take(TextEncoding.MaxScores).Select(c => c.Key).Order()];
        return new TextTargets([.. frequent.Select(c => classes[c])], [.. frequent.Select(c => Is(all, c))]);
    }

    private static double[] Is(float[] labels, int index) => Array.ConvertAll(labels, c => c == index ? 1.0 : 0.0);

    private static double[] Standardise(float[] labels)
    {
        if (labels.Length == 0) return [];
        var (mean, squares) = (0.0, 0.0);
        foreach (var label in labels) mean += label / (double)labels.Length;
        foreach (var label in labels) squares += (label - mean) * (label - mean) / labels.Length;
        var deviation = squares > 0 ? Math.Sqrt(squares) : 1;
        return Array.ConvertAll(labels, label => (label - mean) / deviation);
    }
}
