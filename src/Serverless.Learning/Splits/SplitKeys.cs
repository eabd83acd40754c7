using System.Numerics;
using System.Runtime.InteropServices;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Splits;

/// <summary>
/// Computes the key that puts a row on a side of a split: its content's hash, mixed with the number of earlier rows of
/// the same content. Rows of few distinct values, which are equal by chance, thus fall on both sides in proportion,
/// whatever their labels; and a row's first occurrence has the same side in every file.
/// </summary>
/// <remarks>
/// <para>
/// Copied rows need more: a model would be judged on rows that it has memorised. If the counts of equal rows cannot be
/// chance, contents that occur up to <see cref="MaxCopies"/> times, each in at most one of <see cref="MinRowsPerCopy"/>
/// rows, stay together. More frequent contents are always spread: a few of them on one side would decide what a model
/// can learn.
/// </para>
/// <para>
/// What chance can do: let M(k) be k! times the expected number of contents that occur exactly k times. For rows drawn
/// independently from any distribution every count is nearly Poisson, and M is a sequence of moments: M(k)² is at most
/// M(k−1) M(k+1) (Good's formula, Biometrika 1953, with the Cauchy–Schwarz inequality). A table in which every row
/// occurs twice has many contents that occur twice, and none that occur once or thrice. Limits: rows drawn with
/// replacement look like chance; so do copies of less than about 5 % of 10,000 rows, or 1.5 % of 100,000.
/// </para>
/// </remarks>
public static class SplitKeys
{
    /// <summary>Content that occurs more often is a combination of few values rather than a copied row.</summary>
    public const int MaxCopies = 10;

    /// <summary>A content whose copies stay together makes up at most one in this many rows.</summary>
    public const int MinRowsPerCopy = 200;

    /// <summary>Rows per part: their counts stay in the processor's cache.</summary>
    private const int RowsTogether = 2048;

    /// <param name="contents">See <see cref="Table.RowHashes"/>.</param>
    /// <param name="areIds">Whether contents are ids: all rows of one id stay together.</param>
    /// <param name="threads">Max threads; the keys do not depend on it.</param>
    /// <returns>
    /// One key per row; equal keys stay together. They take 8 bytes a row beside <paramref name="contents"/>, and 4
    /// more during the call.
    /// </returns>
    public static ulong[] Of(ulong[] contents, bool areIds, int threads)
    {
        if (areIds) return contents;
        var (rows, starts) = Partition(contents);
        var keys = new ulong[contents.Length];
        var parts = new int[starts.Length - 1][];
        ForParts(threads, parts.Length, (p, seen) => parts[p] = Spread(contents, RowsOf(p), keys, seen));

        var times = Enumerable.Range(0, MaxCopies + 2).Select(k => parts.Sum(p => (long)p[k])).ToArray();
        var maxCopies = Math.Min(MaxCopies, contents.Length / MinRowsPerCopy);
        if (!Enumerable.Range(2, Math.Max(0, maxCopies - 1)).Any(k => IsNoChance(times, k))) return keys;
        ForParts(threads, parts.Length, (p, seen) => Gather(contents, RowsOf(p), keys, maxCopies, seen));
        return keys;

        Span<int> RowsOf(int part) => rows.AsSpan(starts[part]..starts[part + 1]);
    }

    /// <summary>Calls <paramref name="body"/> for each part with an empty dictionary, reused per worker.</summary>
    private static void ForParts(int threads, int parts, Action<int, Dictionary<ulong, int>> body) =>
        OrderedParallel.For(threads, threads, worker =>
        {
            var seen = new Dictionary<ulong, int>(RowsTogether);
            for (var p = worker; p < parts; p += threads)
            {
                seen.Clear();
                body(p, seen);
            }
        });

    /// <summary>
    /// Whether more contents occur exactly k times than chance explains, by four standard errors of each count.
    /// </summary>
    private static bool IsNoChance(long[] times, int k)
    {
        // The square root of a Poisson count has a standard error of one half, whatever the count.
        var lowerBound = Square(Math.Max(0, Math.Sqrt(times[k]) - 2));
        return Square(lowerBound) > (k + 1.0) / k * UpperBound(times[k - 1]) * UpperBound(times[k + 1]);

        static double UpperBound(long count) => Square(Math.Sqrt(count + 1) + 2);

        static double Square(double value) => value * value;
    }

    /// <summary>Assigns each row the key of its content and occurrence.</summary>
    /// <param name="rows">Ascending; all rows of each content among them.</param>
    /// <returns>Number of contents that occur 0, 1, 2… times.</returns>
    private static int[] Spread(ulong[] contents, ReadOnlySpan<int> rows, ulong[] keys, Dictionary<ulong, int> seen)
    {
        foreach (var row in rows)
        {
            ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, contents[row], out _);
            keys[row] = before == 0
                ? contents[row]
                : SplitMix64.Mix(contents[row] + ((ulong)before * 0xA0761D6478BD642F));
            before++;
        }

        var times = new int[MaxCopies + 2];
        foreach (var count in seen.Values)
        {
            if (count < times.Length) times[count]++;
        }

        return times;
    }

    /// <summary>
    /// Assigns all rows of a content that occurs at most <paramref name="maxCopies"/> times the key of the first.
    /// </summary>
    private static void Gather(
        ulong[] contents, ReadOnlySpan<int> rows, ulong[] keys, int maxCopies, Dictionary<ulong, int> seen)
    {
        foreach (var row in rows) CollectionsMarshal.GetValueRefOrAddDefault(seen, contents[row], out _)++;
        foreach (var row in rows)
        {
            if (seen[contents[row]] <= maxCopies) keys[row] = contents[row];
        }
    }

    /// <summary>
    /// Partitions the rows by their content's first bits, ascending in each part; equal contents share a part.
    /// </summary>
    private static (int[] Rows, int[] Starts) Partition(ulong[] contents)
    {
        var bits = BitOperations.Log2((uint)Math.Max(1, contents.Length / RowsTogether));
        var starts = new int[(1 << bits) + 1];
        foreach (var content in contents) starts[PartOf(content) + 1]++;
        for (var p = 1; p < starts.Length; p++) starts[p] += starts[p - 1];
        var next = starts[..^1];
        var rows = new int[contents.Length];
        for (var row = 0; row < contents.Length; row++) rows[next[PartOf(contents[row])]++] = row;
        return (rows, starts);

        int PartOf(ulong content) => bits == 0 ? 0 : (int)(content >> (64 - bits));
    }
}
