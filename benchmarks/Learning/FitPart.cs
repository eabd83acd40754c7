using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.Learning.Metrics;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// Measures the time of a fit, including binning, and the score of the model. Alternates with the peers; medians of
/// three.
/// </summary>
internal static class FitPart
{
    /// <summary>Limit of the difference to the better peer's score; relative for an error.</summary>
    private const double Tolerance = 0.002;

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        IAsyncEnumerable<LearningSet> sets, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var bars = new List<Bar>();
        await output.WriteLineAsync(
            "| rows to fit | ours, s | XGBoost, s | scikit-learn, s | ours / XGBoost | score | ours | XGBoost | "
            + "scikit-learn | by chance |\n"
            + "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
        await foreach (var set in sets.WithCancellation(cancellationToken))
        {
            var folder = LearningComparison.Folder("fit");
            var threads = Environment.ProcessorCount;
            LearningSet.Write(set.Train, Path.Combine(folder, "train.f32"));
            LearningSet.Write(set.Test, Path.Combine(folder, "test.f32"));
            var refits = Path.Combine(folder, "refits.u8");
            await File.WriteAllBytesAsync(
                refits,
                MemoryMarshal.AsBytes<bool>([.. set.DrawRefits().SelectMany(r => r)]).ToArray(),
                cancellationToken);
            var fits = new List<Fits>();
            for (var i = 0; i < LearningComparison.Repeats; i++)
            {
                var isLast = i == LearningComparison.Repeats - 1;
                var ours = LearningComparison.Fit(set.Train, threads);
                var peers = new PeerResult[Peer.Names.Count];
                foreach (var (p, name) in Peer.Names.Index())
                {
                    peers[p] = await Peer.RunAsync(
                        python,
                        name,
                        set.Train,
                        folder,
                        isLast ? refits : "",
                        LearningComparison.Rounds,
                        threads,
                        cancellationToken);
                }

                fits.Add(new Fits(ours.Seconds, Score(ours.Scorer, set.Test), peers));
            }

            var metric = MetricCatalog.Default(set.Test.Task);
            var seconds = Workplace.Median(fits.Select(f => f.Seconds));
            var peerSeconds = Peer.Names.Index().Select(
                p => Workplace.Median(fits.Select(f => f.Peers[p.Index].Fit))).ToArray();
            double[] scores = set.Refits == 0
                ? [fits[^1].Score]
                : [.. set.DrawRefits().Select(
                    rows => Score(LearningComparison.Fit(Only(set.Train, rows), threads).Scorer, set.Test))];
            var score = scores.Average();
            var peerScores = fits[^1].Peers.Select(p => p.Scores.Average()).ToArray();
            var best = Array.IndexOf(peerScores, metric.GreaterIsBetter ? peerScores.Max() : peerScores.Min());
            var chance = 2 * StandardError(
                [.. scores.Zip(fits[^1].Peers[best].Scores, (ours, peer) => ours - peer)]) / (metric.GreaterIsBetter
                ? 1
                : peerScores[best]);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {set.Name} | {seconds:0.00} | {peerSeconds[0]:0.00} | {peerSeconds[1]:0.00} | "
                + $"{seconds / peerSeconds[0]:0.00} | {metric.Name} | {score:0.00000} | {peerScores[0]:0.00000} | "
                    + $"{peerScores[1]:0.00000} | {(set.Refits == 0 ? "" : $"{chance:0.00000}")} |"));
            if (set.FitLimit is { } limit)
            {
                bars.Add(new Bar(
                    $"fit of {set.Name}, share of XGBoost's time", seconds / peerSeconds[0], limit, AtLeast: false));
            }

            bars.Add(metric.GreaterIsBetter
                ? new Bar(
                    $"{metric.Name} of {set.Name}, less the better peer's",
                    score - peerScores[best],
                    -Tolerance,
                    AtLeast: true)
                : new Bar(
                    $"{metric.Name} of {set.Name}, share of the better peer's",
                    score / peerScores[best],
                    1 + Tolerance,
                    AtLeast: false));
        }

        await output.WriteLineAsync();
        return bars;
    }

    private static TrainingData Only(TrainingData data, bool[] rows) =>
        data.Select([.. rows.Index().Where(r => r.Item).Select(r => r.Index)]);

    private static double Score(Scorer scorer, TrainingData test)
    {
        string[] classes =
        [
            .. Enumerable.Range(0, test.ClassCount).Select(c => c.ToString(CultureInfo.InvariantCulture))
        ];
        return MetricCatalog.Default(test.Task).Compute(
            new Predictions(test.Task, classes, test.Labels, scorer.ScoreAll(test.Features)));
    }

    /// <summary>Standard error of the mean.</summary>
    private static double StandardError(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    private sealed record Fits(double Seconds, double Score, PeerResult[] Peers);
}
