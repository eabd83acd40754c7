using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>
/// Rows that occur twice: all of them, which tells by itself, or far more than in the file before.
/// </summary>
internal sealed class RepeatedRows : Change
{
    private const double NearlyAll = 0.98;
    private const int MinDistinct = 30;
    private const double ManyPairs = 0.05;
    private const int MinPairs = 10;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (context.Now.Repeats is not { } now) yield break;
        if (now.Distinct >= MinDistinct && now.EvenShare >= NearlyAll)
        {
            yield return Problem(
                "every row once", $"every row an even number of times, {now.Distinct:N0} different ones",
                now.Rows - now.Distinct);
            yield break;
        }

        if (context.Before?.Repeats is not { } before || before.Key != now.Key) yield break;
        var usual = ExpectedPairs(before.Pairs, before, now);
        if (now.Pairs <= (2 * usual) + (ManyPairs * now.Rows) + MinPairs) yield break;
        yield return Problem(
            $"about {usual:N0} pairs of equal rows, as in {context.Before.Source}", $"{now.Pairs:N0}",
            now.Rows - now.Distinct);

        static Anomaly Problem(string expected, string found, long rows) => ChangeContext.Warn(
            AnomalyCodes.RepeatedRows, null, expected,
            $"{found}; remove the {NumberFormat.Count(rows, "row")} that repeat others, or leave it so if each stands "
                + "for a case of its own",
            rows);
    }

    /// <summary>Pairs as frequent as before among as many rows as now.</summary>
    public static double ExpectedPairs(double pairs, RowSketch before, RowSketch now) =>
        before.Rows < 2 ? 0 : pairs * now.Rows * (now.Rows - 1.0) / (before.Rows * (before.Rows - 1.0));
}
