using System.Diagnostics;
using System.Globalization;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Learning;

/// <summary>Scores one row, and a batch of 100,000 on one thread, with 100 trees of 31 leaves.</summary>
internal static class ScorePart
{
    private const int Rows = 100_000;

    public static async Task<IReadOnlyList<Bar>> RunAsync(
        string python, TextWriter output, CancellationToken cancellationToken)
    {
        var (train, test) = (HiggsLike.Make(Rows, seed: 1), HiggsLike.Make(Rows, seed: 2));
        var folder = LearningComparison.Folder("score");
        LearningSet.Write(train, Path.Combine(folder, "train.f32"));
        LearningSet.Write(test, Path.Combine(folder, "test.f32"));
        var scorer = LearningComparison.Fit(train, Environment.ProcessorCount).Scorer;
        var rows = new float[Rows * HiggsLike.Slots];
        for (var row = 0; row < Rows; row++)
        {
            test.Features.CopyRow(row, rows.AsSpan(row * HiggsLike.Slots, HiggsLike.Slots));
        }

        var (one, batch) = (new List<double>(), new List<double>());
        var peers = new List<PeerResult>();
        var (single, many) = (new double[Rows], new double[Rows]);
        for (var i = 0; i <= LearningComparison.Repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var row = 0; row < Rows; row++)
            {
                scorer.Score(rows.AsSpan(row * HiggsLike.Slots, HiggsLike.Slots), single.AsSpan(row, 1));
            }

            var oneSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            scorer.ScoreMany(rows, many);
            var manySeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (!single.AsSpan().SequenceEqual(many))
            {
                throw new InvalidDataException("Expected equal scores for single rows and a batch, found others.");
            }

            if (i == 0) continue; // warm-up
            one.Add(oneSeconds / Rows * 1e6);
            batch.Add(Rows / manySeconds);
            peers.Add(await Peer.RunAsync(
                python,
                "xgboost",
                train,
                folder,
                refits: "",
                LearningComparison.Rounds,
                Environment.ProcessorCount,
                cancellationToken));
        }

        var (microseconds, perSecond) = (Workplace.Median(one), Workplace.Median(batch));
        var peerMicroseconds = Workplace.Median(peers.Select(p => p.RowMicroseconds));
        var peerPerSecond = Workplace.Median(peers.Select(p => p.RowsPerSecond));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
            | 100 trees of 31 leaves, one thread | ours | XGBoost |
            | --- | ---: | ---: |
            | one row, in process, µs | {microseconds:0.00} | {peerMicroseconds:0.00} |
            | 100,000 rows together, million rows/s | {perSecond / 1e6:0.00} | {peerPerSecond / 1e6:0.00} |

            """));
        return
        [
            new Bar("one row, µs", microseconds, 1, AtLeast: false),
            new Bar("100,000 rows, times XGBoost's rows per second", perSecond / peerPerSecond, 3, AtLeast: true),
        ];
    }
}
