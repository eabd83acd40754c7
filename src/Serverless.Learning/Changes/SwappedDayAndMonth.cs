using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>
/// Dates that were read with day and month exchanged, where both are at most 12, as spreadsheets do with the dates of
/// another country: exchanged back, they are in order, or lie closer together.
/// </summary>
internal sealed class SwappedDayAndMonth : Change
{
    private const double Unordered = 0.01;
    private const double Ordered = 0.005;
    private const double Closer = 0.6;
    private const int MinRows = 30;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var now in context.Now.Columns)
        {
            if (now.Dates is not { } dates || now.Present < MinRows || context.IsExplained(now.Name)) continue;
            var isReordered = dates.Disorder >= Unordered
                && dates.SwappedDisorder <= Math.Min(Ordered, dates.Disorder / 5);
            var isCloser = dates.SwappedSpan < Closer * dates.Span && dates.Span > TimeSpan.TicksPerDay * 40;
            if (!isReordered && !isCloser) continue;
            context.Explain(now.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.SwappedDayAndMonth,
                now.Name,
                $"dates of {FieldText.Show(now.Name)} with day and month in their places",
                "dates that "
                    + (isReordered ? "are in order" : "lie closer together")
                    + " once day and month are exchanged; export them as yyyy-MM-dd");
        }
    }
}
