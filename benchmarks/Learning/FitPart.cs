using System.Globalization;
using Serverless.Evaluation;
using Serverless.Training;

namespace Serverless.Benchmarks.Learning;

/// <summary>Seconds of a fit, binning included, and how good the model is: ours and the peers' in turn, medians of three.</summary>
internal static class FitPart
{
    /// <summary>How much worse than the better peer a score may be; for an error, relative to it.</summary>
    private const double Tolerance = 0.002;

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        IAsyncEnumerable<LearningSet> sets, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var bars = new List<Bar>();
        await output.WriteLineAsync(
            "| rows to fit | ours, s | XGBoost, s | scikit-learn, s | ours / XGBoost | score | ours | XGBoost | scikit-learn |\n"
            + "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |");
        await foreach (var set in sets.WithCancellation(cancellationToken))
        {
            var folder = LearningComparison.Folder("fit");
            LearningSet.Write(set.Train, Path.Combine(folder, "train.f32"));
            LearningSet.Write(set.Test, Path.Combine(folder, "test.f32"));
            var threads = Environment.ProcessorCount;
            var (ours, peers) = (new List<(Scorer Scorer, double Seconds)>(), new List<PeerResult[]>());
            for (var i = 0; i < LearningComparison.Repeats; i++)
            {
                ours.Add(LearningComparison.Fit(set.Train, threads));
                var results = new PeerResult[Peer.Names.Count];
                foreach (var (p, name) in Peer.Names.Index())
                {
                    results[p] = await Peer.RunAsync(python, name, set.Train, folder, LearningComparison.Rounds, threads, cancellationToken);
                }

                peers.Add(results);
            }

            var seconds = LearningComparison.Median(ours.Select(o => o.Seconds));
            var peerSeconds = Peer.Names.Index().Select(p => LearningComparison.Median(peers.Select(r => r[p.Index].Fit))).ToArray();
            var (metric, score) = Score(ours[0].Scorer, set.Test);
            var peerScores = peers[0].Select(r => r.Score).ToArray();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {set.Name} | {seconds:0.00} | {peerSeconds[0]:0.00} | {peerSeconds[1]:0.00} | {seconds / peerSeconds[0]:0.00} | {metric.Name} | {score:0.00000} | {peerScores[0]:0.00000} | {peerScores[1]:0.00000} |"));
            if (set.FitLimit is { } limit) bars.Add(new Bar($"fit of {set.Name}, share of XGBoost's time", seconds / peerSeconds[0], limit, AtLeast: false));
            bars.Add(metric.GreaterIsBetter
                ? new Bar($"{metric.Name} of {set.Name}, less the better peer's", score - peerScores.Max(), -Tolerance, AtLeast: true)
                : new Bar($"{metric.Name} of {set.Name}, share of the better peer's", score / peerScores.Min(), 1 + Tolerance, AtLeast: false));
        }

        await output.WriteLineAsync();
        return bars;
    }

    private static (Metric Metric, double Score) Score(Scorer scorer, TrainingData test)
    {
        var metric = Metrics.Default(test.Task);
        string[] classes = [.. Enumerable.Range(0, test.ClassCount).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        return (metric, metric.Compute(new Predictions(test.Task, classes, test.Labels, scorer.ScoreAll(test.Features))));
    }
}
