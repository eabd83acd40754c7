using System.Runtime.InteropServices;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Splits;

/// <summary>
/// Splits rows into those to train on, those that choose between trials and stop them early, and those that only the
/// gate sees. Without times, a row's side depends only on its key and the seed: a row stays on its side in every later
/// file, and rows of one key are never separated. With times, the newest rows are held out, since a model is always
/// asked about what comes after its data.
/// </summary>
/// <remarks>
/// Not stratified by class. A signature is built from <see cref="Train"/>, so a class that occurs only in the other
/// parts is unknown to the model, and its rows count as wrong (label −1 in <see cref="Predictions"/>).
/// </remarks>
public sealed record HoldoutSplit
{
    /// <summary>Share of the rows that are not held out.</summary>
    public const double ValidationShare = 0.15;

    public const int MinRows = 10;

    /// <summary>Row indices, ascending; empty if there is a <see cref="Refusal"/>.</summary>
    public int[] Train { get; private init; } = [];

    public int[] Validation { get; private init; } = [];

    /// <summary>Row indices, ascending; ordered by time first if there is one.</summary>
    public int[] Holdout { get; private init; } = [];

    /// <summary>Why the rows cannot be split, in one sentence; null if they were.</summary>
    public string? Refusal { get; private init; }

    private const string TooAlike =
        "Too many rows are the same: training, validation and holdout need at least one different row each.";

    private const string OneTime =
        "The newest rows cannot be held out: the time column has fewer than two different times. " +
        "Leave 'time' out of model.json to hold out rows at random.";

    /// <param name="keys">One per row; see <see cref="SplitKeys"/>.</param>
    /// <param name="ticks">
    /// The time column, or null. <see cref="TimestampColumn.Missing"/> marks a row without time; such rows are never
    /// held out.
    /// </param>
    public static HoldoutSplit Of(ulong[] keys, long[]? ticks, ValidationSettings settings, long seed)
    {
        if (settings.Holdout is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings.Holdout, "The holdout is a share between 0 and 1.");
        }

        if (keys.Length < MinRows)
        {
            return new HoldoutSplit
            {
                Refusal = $"At least {MinRows} rows are needed to train on some and judge on others, " +
                    $"found {keys.Length}.",
            };
        }

        bool[]? heldOut;
        if (ticks is null)
        {
            heldOut = Smallest(keys, new SideNumbers(seed, salt: 1), settings.Holdout, leave: 2);
            if (heldOut is null) return new HoldoutSplit { Refusal = TooAlike };
        }
        else
        {
            if (Border(ticks, settings.Holdout) is not { } border) return new HoldoutSplit { Refusal = OneTime };
            heldOut = Array.ConvertAll(ticks, t => t >= border);
        }

        var rest = Rows(heldOut, false);
        var validation = Smallest(
            Array.ConvertAll(rest, r => keys[r]), new SideNumbers(seed, salt: 2), ValidationShare, leave: 1);
        if (validation is null) return new HoldoutSplit { Refusal = TooAlike };

        var holdout = Rows(heldOut, true);
        if (ticks is not null) Array.Sort(Array.ConvertAll(holdout, r => (ticks[r], r)), holdout);
        return new HoldoutSplit
        {
            Train = Array.ConvertAll(Rows(validation, false), i => rest[i]),
            Validation = Array.ConvertAll(Rows(validation, true), i => rest[i]),
            Holdout = holdout,
        };
    }

    /// <summary>The same split of a subset of the rows, renumbered from 0.</summary>
    /// <param name="rows">The subset, ascending.</param>
    public HoldoutSplit Among(int[] rows)
    {
        // from 1; 0 for rows outside the subset
        var numbers = new int[Train.Length + Validation.Length + Holdout.Length];
        for (var i = 0; i < rows.Length; i++) numbers[rows[i]] = i + 1;
        return new HoldoutSplit
        {
            Train = Renumbered(Train),
            Validation = Renumbered(Validation),
            Holdout = Renumbered(Holdout),
        };

        int[] Renumbered(int[] part) => Array.FindAll(Array.ConvertAll(part, row => numbers[row] - 1), at => at >= 0);
    }

    /// <summary>
    /// A uniform 64-bit number per key; the mapping is invertible, so different keys have different numbers.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct SideNumbers(long seed, ulong salt)
    {
        private readonly ulong _mask = SplitMix64.Mix((ulong)seed + (salt * 0x9E3779B97F4A7C15));

        public ulong Of(ulong key) => SplitMix64.Mix(key ^ _mask);
    }

    /// <summary>
    /// The rows whose number is below the share of the range. If that leaves no rows, or fewer than
    /// <paramref name="leave"/> distinct others (a few dozen rows at most), the limit moves just far enough. Null with
    /// too few distinct keys.
    /// </summary>
    private static bool[]? Smallest(ulong[] keys, SideNumbers numbers, double share, int leave)
    {
        var limit = (ulong)(share * ulong.MaxValue);
        if (!HasBothSides(keys, numbers, limit, leave))
        {
            var distinct = keys.Distinct().Select(numbers.Of).Order().ToArray();
            if (distinct.Length < leave + 1) return null;
            var below = Array.BinarySearch(distinct, limit);
            // larger numbers exist, so + 1 cannot overflow
            limit = distinct[Math.Clamp(below < 0 ? ~below : below, 1, distinct.Length - leave) - 1] + 1;
        }

        return Array.ConvertAll(keys, k => numbers.Of(k) < limit);
    }

    /// <summary>
    /// Whether some row's number is below the limit, and <paramref name="leave"/> distinct ones are not.
    /// </summary>
    private static bool HasBothSides(ulong[] keys, SideNumbers numbers, ulong limit, int leave)
    {
        var (isBelow, above) = (false, new HashSet<ulong>());
        foreach (var key in keys)
        {
            var number = numbers.Of(key);
            if (number < limit) isBelow = true;
            else if (above.Count < leave) above.Add(number);
            if (isBelow && above.Count == leave) return true;
        }

        return false;
    }

    /// <summary>
    /// The first time that is held out, which meets the share as closely as equal times allow. Null without two
    /// distinct times.
    /// </summary>
    private static long? Border(long[] ticks, double share)
    {
        var known = Array.FindAll(ticks, t => t != TimestampColumn.Missing);
        Array.Sort(known);
        if (known.Length == 0 || known[0] == known[^1]) return null;

        var wanted = Math.Clamp((int)Math.Round(share * known.Length), 1, known.Length - 1);
        var time = known[^wanted];
        var first = Array.FindIndex(known, t => t == time);
        var after = Array.FindLastIndex(known, t => t == time) + 1;
        var more = known.Length - first;
        var fewer = known.Length - after;
        var takeFewer = first == 0 || (fewer > 0 && wanted - fewer < more - wanted);
        return takeFewer ? known[after] : time;
    }

    private static int[] Rows(bool[] flags, bool wanted)
    {
        var rows = new int[flags.AsSpan().Count(wanted)];
        var at = 0;
        for (var i = 0; i < flags.Length; i++)
        {
            if (flags[i] == wanted) rows[at++] = i;
        }

        return rows;
    }
}
