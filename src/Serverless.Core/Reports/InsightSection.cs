using Serverless.Core.Registry;
using Serverless.Learning.Explanation;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>What the answers depend on: permutation importance and partial dependence, both on held-out rows.</summary>
internal static class InsightSection
{
    private const int Most = 15;

    public static Html? Of(ReportInput input)
    {
        if (input.Insight is not { } insight || (insight.Permutation.Count == 0 && insight.Partial.Count == 0))
        {
            return null;
        }

        Html? figures = null;
        if (insight.Partial.Count > 0)
        {
            figures = $"""
                <h3>How the answer moves</h3>
                <p class="lead">All else being as it is, what does the model answer on average for each value of a
                column? All pictures have the same scale, so that the steeper one matters more. It is what the model
                has learned, not what would happen if somebody changed the value.</p>
                <div class="figures">{PartialPlot.All(insight.Partial, input.Candidate)}</div>
                """;
        }

        return $"""
            <section><h2>What its answers depend on</h2>{Bars(input, insight.Permutation)}{figures}</section>
            """;
    }

    private static Html? Bars(ReportInput input, IReadOnlyList<PermutationImportance> permutation)
    {
        if (permutation.Count == 0) return null;
        var metric = MetricCatalog.For(input.Candidate.Task).First(m => m.Name == input.Manifest.Verdict.Metric);
        var shown = permutation.Take(Most).ToList();
        var most = Math.Max(double.Epsilon, shown.Max(p => p.Loss));
        // Three digits of the largest are more than three shuffles can tell.
        var digits = Math.Clamp(3 - Magnitude(most), 0, 15);
        var values = NumberFormat.Alike(
            [.. shown.SelectMany(p => new[] { Math.Round(p.Loss, digits), Math.Round(p.Deviation, digits) })]);
        var rest = permutation.Count > Most
            ? $" {NumberFormat.Of(permutation.Count - Most)} more columns matter less."
            : "";
        Html rows = Html.Each(shown.Index(), p => ImportanceBars.Row(
            p.Item.Feature,
            Math.Clamp(p.Item.Loss / most, 0, 1),
            $"{values[2 * p.Index]} ± {values[(2 * p.Index) + 1]}"));
        return $"""
            <p class="lead">How much worse {metric.Title} (<code>{metric.Name}</code>) gets when a column's values are
            shuffled among {NumberFormat.Count(shown[0].Rows, "held-out row")}, on average of
            {PermutationImportance.Shuffles} shuffles. About 0: the model can do without it, perhaps because another
            column says the same.{rest}</p>{ImportanceBars.OfRows("worse by", rows)}
            """;
    }

    /// <summary>How many digits a number has before its point; of 0.0x it is −1.</summary>
    private static int Magnitude(double value)
    {
        var digits = 0;
        for (; value >= 1 && digits < 15; value /= 10) digits++;
        for (; value < 0.1 && digits > -15; value *= 10) digits--;
        return digits;
    }
}
