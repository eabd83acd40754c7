using Serverless.Learning.Numerics;

namespace Serverless.Learning.Texts;

/// <summary>Learns how a text is encoded, from training rows.</summary>
/// <param name="Encoding">What was learned.</param>
/// <param name="Strength">
/// By how many standard errors of chance the scores of texts go with labels that they were not learned from; the
/// highest of all scores.
/// </param>
internal sealed record TextFit(TextEncoding Encoding, double Strength)
{
    /// <param name="texts">As they are in the rows.</param>
    /// <param name="targets">Of the same rows.</param>
    /// <param name="threads">Max threads; the encoding does not depend on it.</param>
    public static TextFit Of(IReadOnlyList<string> texts, TextTargets targets, int threads)
    {
        byte[][] words = [.. texts.Select(WordText.ToBytes)];
        var vocabulary = Vocabulary.Of(words);
        var (scores, columns) = (targets.Names.Count, vocabulary.Terms.Length);
        if (columns == 0) return new TextFit(Empty, 0);

        var rows = SparseRows.Of(words, vocabulary);
        var folds = Array.ConvertAll(words, text => TextEncoder.FoldOf(text));
        var weights = new double[(TextEncoding.Folds + 1) * scores][];
        OrderedParallel.For(threads, weights.Length, job =>
        {
            var (fold, score) = (job / scores, job % scores); // the last fold is left out of no fit
            weights[job] = SparseRidge.Solve(rows, targets.Values[score], row => folds[row] != fold);
        });
        var strength = 0.0;
        for (var score = 0; score < scores; score++)
        {
            var predicted = new double[rows.Count];
            for (var row = 0; row < predicted.Length; row++)
            {
                predicted[row] = rows.Product(row, weights[(folds[row] * scores) + score]);
            }

            strength = Math.Max(strength, Correlation(predicted, targets.Values[score]) * Math.Sqrt(rows.Count));
        }

        return new TextFit(
            new TextEncoding
            {
                Terms = vocabulary.Terms,
                Idf = vocabulary.Idf,
                Scores = targets.Names,
                Weights = WholeNumbers(TextEncoding.Folds),
                HeldOut = [.. Enumerable.Range(0, TextEncoding.Folds).Select(WholeNumbers)],
            },
            strength);

        long[] WholeNumbers(int fold)
        {
            var whole = new long[columns * scores];
            for (var i = 0; i < whole.Length; i++)
            {
                var weight = weights[(fold * scores) + (i % scores)][i / scores] * TextEncoding.WeightScale;
                whole[i] = (long)Math.Clamp(Math.Round(weight), -TextEncoding.MaxWeight, TextEncoding.MaxWeight);
            }

            return whole;
        }
    }

    /// <summary>No word is repeated: only whether there is a text can be known.</summary>
    private static TextEncoding Empty => new()
    {
        Terms = [],
        Idf = [],
        Scores = [],
        Weights = [],
        HeldOut = [.. Enumerable.Range(0, TextEncoding.Folds).Select(_ => Array.Empty<long>())],
    };

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB, ab, aa, bb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            meanA += a[i] / a.Length;
            meanB += b[i] / b.Length;
        }

        for (var i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }

        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }
}
