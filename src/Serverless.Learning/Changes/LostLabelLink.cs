using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>
/// Labels that the columns no longer tell anything about, as after a sort of one column alone; or the opposite of what
/// they told. The bins' mean labels of now are regressed on those of before: 1 where nothing has changed, 0 where the
/// labels are shuffled, −1 where they are exchanged.
/// </summary>
internal sealed class LostLabelLink : Change
{
    private const int Strongest = 5;
    private const int MinBinRows = 20;
    private const double MinSignal = 4;
    private const double Lost = 0.25;
    private const double Reversed = -0.3;
    private const double Certainty = 3;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (context is not { Before.Link: { } before, Now.Aligned: { Count: > 0 } parts }) yield break;
        if (context.Before.Label != context.Now.Label) yield break;
        if (Slope(context, before, parts) is not var (slope, error)) yield break;
        var upper = slope + (Certainty * error);
        var label = FieldText.Show(context.Now.Label);
        if (upper < Reversed)
        {
            yield return ChangeContext.Warn(
                AnomalyCodes.ReversedLabels,
                context.Now.Label,
                $"{label} to depend on the columns as in {context.Before.Source}",
                "the opposite; check whether its values are exchanged");
        }
        else if (upper < Lost)
        {
            yield return ChangeContext.Warn(
                AnomalyCodes.UnrelatedLabels,
                context.Now.Label,
                $"{label} to depend on the columns as in {context.Before.Source}",
                $"{Math.Max(0, slope):0%} of that; check whether labels stand beside the rows that they belong to");
        }
    }

    /// <returns>The slope and its standard error; null where before the columns told too little.</returns>
    private static (double Slope, double Error)? Slope(
        ChangeContext context, LabelLink before, IReadOnlyList<LabelLink> parts)
    {
        var columns = before.Columns.Where(c => !context.IsExplained(c.Name))
            .OrderByDescending(c => c.Explained(before)).Take(Strongest).ToList();
        var sums = parts.Select(part => columns
            .Select(c => (Theirs: c, Ours: part.Columns.FirstOrDefault(o => o.Name == c.Name)))
            .Where(c => c.Ours is not null).Select(c => Sums(c.Theirs, c.Ours!, before, part))
            .Where(s => s.Square >= MinSignal * s.Noise).ToList()).ToList();
        var square = sums.Sum(part => part.Sum(s => s.Square - s.Noise));
        if (square <= 0) return null;
        var slope = sums.Sum(part => part.Sum(s => s.Product)) / square;
        // Columns may tell the same: within a part their errors add up at worst.
        var chance = Math.Sqrt(sums.Sum(part => Square(part.Sum(s => s.Error)))) / square;
        // Rows that follow one another are alike: the parts tell how much more the slope may be off.
        var spread = sums.Sum(part => Square(part.Sum(s => s.Product - (slope * (s.Square - s.Noise)))));
        var clustered = Math.Sqrt(spread * sums.Count / (sums.Count - 1.0)) / square;
        return (slope, Math.Max(chance, clustered));
    }

    private static double Square(double x) => x * x;

    /// <summary>
    /// Products and squares of the bins' deviations, weighted by the rows of now; chance's part of the squares; and the
    /// standard error of the products.
    /// </summary>
    private static (double Product, double Square, double Noise, double Error) Sums(
        ColumnLink theirs, ColumnLink ours, LabelLink before, LabelLink now)
    {
        var targets = before.Means.Count;
        int[] bins = [.. Enumerable.Range(0, theirs.Counts.Count)
            .Where(b => theirs.Counts[b] >= MinBinRows && ours.Counts[b] > 0)];
        var rows = bins.Sum(b => (double)ours.Counts[b]);
        var (product, square, noise, variance) = (0.0, 0.0, 0.0, 0.0);
        for (var t = 0; t < targets; t++)
        {
            if (before.Variances[t] == 0 || now.Variances[t] == 0) continue;
            var meanThen = bins.Sum(b => ours.Counts[b] * theirs.Means[(b * targets) + t]) / rows;
            var meanNow = bins.Sum(b => ours.Counts[b] * ours.Means[(b * targets) + t]) / rows;
            // Labels that hardly vary here, as in a file sorted by them, can hardly depend on anything.
            var scale = Math.Min(1, now.Variances[t] / before.Variances[t]);
            foreach (var b in bins)
            {
                var (weight, at) = (ours.Counts[b] / rows, (b * targets) + t);
                var then = theirs.Means[at] - meanThen;
                product += weight * then * (ours.Means[at] - meanNow);
                square += scale * weight * then * then;
                noise += scale * weight * before.Variances[t] / theirs.Counts[b];
                variance += weight * then * then * now.Variances[t] / rows;
            }
        }

        return (product, square, noise, Math.Sqrt(variance));
    }
}
