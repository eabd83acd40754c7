using System.Globalization;
using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>
/// Dates that do not go on where those of the file before ended: with a gap far above those inside it, or back into
/// its time without its rows.
/// </summary>
internal sealed class MovedDates : Change
{
    private const double SameRows = 0.1;

    /// <summary>Pauses up to this are usual.</summary>
    private static readonly long Pause = 60 * TimeSpan.TicksPerDay;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            // Compares only columns that advance from file to file; dates of birth do not.
            if (before.Dates is not { } old || now.Dates is not { } dates || old.Disorder > 0.05) continue;
            if (Problem(context, old, dates, now.Quantiles) is not { } problem) continue;
            context.Explain(now.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.MovedDates,
                now.Name,
                $"dates of {FieldText.Show(now.Name)} that go on from {Day(old.Last)}, the last one in "
                    + context.Before!.Source,
                $"{Day(dates.First)} to {Day(dates.Last)}, {problem}; if they are right, nothing needs to be done");
        }
    }

    private static string? Problem(
        ChangeContext context, DateSketch old, DateSketch dates, IReadOnlyList<double> quantiles)
    {
        var gap = dates.First - old.Last;
        if (gap > Math.Max(Pause, 3 * old.LargestGap)) return "a gap of " + Days(gap);
        var span = old.Last - old.First;
        if (dates.Last < old.First) return $"{Days(old.First - dates.Last)} before its first one";
        var beforeEnd = quantiles.Count(q => q < old.Last) / (double)quantiles.Count;
        // A file that begins where the one before began is the same time again: a correction or a growing extract.
        var goesBack = beforeEnd >= 0.3 && dates.First > old.First + (span / 20);
        return goesBack && RepeatedFile.SharedRows(context) < SameRows
            ? "within its time, with other rows"
            : null;
    }

    private static string Days(long ticks) => $"{ticks / TimeSpan.TicksPerDay:N0} days";

    private static string Day(long ticks) => new DateTime(ticks).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
