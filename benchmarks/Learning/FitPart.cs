using System.Globalization;
using Serverless.Evaluation;
using Serverless.Training;

namespace Serverless.Benchmarks.Learning;

/// <summary>Seconds of a fit, binning included, and how good the model is: ours and the peers' in turn, medians of three.</summary>
internal static class FitPart
{
    /// <summary>How much worse than the better peer a score may be; for an error, relative to it.</summary>
    private const double Tolerance = 0.002;

    /// <summary>
    /// Which rows are held out moves a score on a small set by more than that: there it is a mean over as many random splits,
    /// the same for all.
    /// </summary>
    private const int SmallRepeats = 12;

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        IAsyncEnumerable<LearningSet> sets, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var bars = new List<Bar>();
        await output.WriteLineAsync(
            "| rows to fit | ours, s | XGBoost, s | scikit-learn, s | ours / XGBoost | score | ours | XGBoost | scikit-learn | by chance |\n"
            + "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
        await foreach (var set in sets.WithCancellation(cancellationToken))
        {
            var folder = LearningComparison.Folder("fit");
            var threads = Environment.ProcessorCount;
            var fits = new List<Fits>();
            for (var i = 0; i < (set.IsSmall ? SmallRepeats : LearningComparison.Repeats); i++)
            {
                var (train, test) = set.IsSmall ? set.Split(seed: (ulong)i) : (set.Train, set.Test);
                if (i == 0 || set.IsSmall)
                {
                    LearningSet.Write(train, Path.Combine(folder, "train.f32"));
                    LearningSet.Write(test, Path.Combine(folder, "test.f32"));
                }

                var ours = LearningComparison.Fit(train, threads);
                var peers = new PeerResult[Peer.Names.Count];
                foreach (var (p, name) in Peer.Names.Index())
                {
                    peers[p] = await Peer.RunAsync(python, name, train, folder, LearningComparison.Rounds, threads, cancellationToken);
                }

                fits.Add(new Fits(ours.Seconds, Score(ours.Scorer, test), peers));
            }

            var metric = Metrics.Default(set.Test.Task);
            var seconds = Workplace.Median(fits.Select(f => f.Seconds));
            var peerSeconds = Peer.Names.Index().Select(p => Workplace.Median(fits.Select(f => f.Peers[p.Index].Fit))).ToArray();
            var score = fits.Average(f => f.Score);
            var peerScores = Peer.Names.Index().Select(p => fits.Average(f => f.Peers[p.Index].Score)).ToArray();
            var best = Array.IndexOf(peerScores, metric.GreaterIsBetter ? peerScores.Max() : peerScores.Min());
            var chance = 2 * StandardError([.. fits.Select(f => f.Score - f.Peers[best].Score)]) / (metric.GreaterIsBetter ? 1 : peerScores[best]);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {set.Name} | {seconds:0.00} | {peerSeconds[0]:0.00} | {peerSeconds[1]:0.00} | {seconds / peerSeconds[0]:0.00} | {metric.Name} | {score:0.00000} | {peerScores[0]:0.00000} | {peerScores[1]:0.00000} | {chance:0.00000} |"));
            if (set.FitLimit is { } limit) bars.Add(new Bar($"fit of {set.Name}, share of XGBoost's time", seconds / peerSeconds[0], limit, AtLeast: false));
            bars.Add(metric.GreaterIsBetter
                ? new Bar($"{metric.Name} of {set.Name}, less the better peer's", score - peerScores[best], -Tolerance, AtLeast: true)
                : new Bar($"{metric.Name} of {set.Name}, share of the better peer's", score / peerScores[best], 1 + Tolerance, AtLeast: false));
        }

        await output.WriteLineAsync();
        return bars;
    }

    private static double Score(Scorer scorer, TrainingData test)
    {
        string[] classes = [.. Enumerable.Range(0, test.ClassCount).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        return Metrics.Default(test.Task).Compute(new Predictions(test.Task, classes, test.Labels, scorer.ScoreAll(test.Features)));
    }

    /// <summary>Of the mean; 0 where all are the same.</summary>
    private static double StandardError(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    private sealed record Fits(double Seconds, double Score, PeerResult[] Peers);
}
