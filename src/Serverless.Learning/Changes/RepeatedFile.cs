using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>The rows of the file before, all of them and no other, under another name or in another order.</summary>
internal sealed class RepeatedFile : Change
{
    private const double SameCount = 0.001;

    /// <summary>Below this, files of a few different rows are alike by chance.</summary>
    private const double MinExpected = 20;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (Comparable(context) is not var (before, now)) yield break;
        if (Math.Abs(before.Rows - now.Rows) > SameCount * before.Rows) yield break;
        var (differing, expected) = Differences(before, now);
        if (expected < MinExpected || differing > SameCount * expected) yield break;
        yield return ChangeContext.Warn(
            AnomalyCodes.RepeatedFile,
            null,
            $"other rows than those of {context.Before!.Source}",
            $"the same {NumberFormat.Count(now.Rows, "row")}; drop the file that was meant",
            now.Rows);
    }

    /// <summary>Share of the new file's different rows that the file before has too; 0 where it is not known.</summary>
    public static double SharedRows(ChangeContext context)
    {
        if (Comparable(context) is not var (before, now)) return 0;
        var upTo = Math.Min(before.Hashes[^1], now.Hashes[^1]);
        var known = before.Hashes.ToHashSet();
        var sampled = now.Hashes.Where(h => h <= upTo).ToList();
        return sampled.Count == 0 ? 0 : (double)sampled.Count(known.Contains) / sampled.Count;
    }

    private static (RowSketch Before, RowSketch Now)? Comparable(ChangeContext context) =>
        context.Before?.Repeats is { Hashes.Count: > 0 } before && context.Now.Repeats is { Hashes.Count: > 0 } now
            && before.Key == now.Key
            ? (before, now)
            : null;

    /// <summary>
    /// How far the numbers of equal rows are apart, and how far they are when both files are drawn from one source:
    /// the mean absolute difference of two Poisson numbers.
    /// </summary>
    private static (double Found, double Expected) Differences(RowSketch before, RowSketch now)
    {
        var upTo = Math.Min(before.Hashes[^1], now.Hashes[^1]);
        var counts = now.Hashes.Zip(now.Counts).Where(h => h.First <= upTo).ToDictionary(h => h.First, h => h.Second);
        var (found, expected) = (0.0, 0.0);
        foreach (var (hash, count) in before.Hashes.Zip(before.Counts).Where(h => h.First <= upTo))
        {
            counts.Remove(hash, out var other);
            found += Math.Abs(count - other);
            expected += 2 * Math.Sqrt((count + other) / 2.0 / Math.PI);
        }

        return (found + counts.Values.Sum(), expected);
    }
}
