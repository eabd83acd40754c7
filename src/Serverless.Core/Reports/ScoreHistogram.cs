using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// How the probability of class 1 is distributed, upwards for rows of class 1 and downwards for the others.
/// </summary>
internal static class ScoreHistogram
{
    private const int Bins = 20;

    public static Html Of(Predictions predictions, MetricSubject subject)
    {
        var shares = new[] { Shares(predictions, 0), Shares(predictions, 1) };
        var area = new PlotArea(0, 1, -1.05 * Math.Max(0.01, shares[0].Max()), 1.05 * Math.Max(0.01, shares[1].Max()));
        Html bars = Html.Each(Enumerable.Range(0, Bins), i => $"""
            {Bar(area, i, shares[1][i], "bar")}{Bar(area, i, -shares[0][i], "bar champion")}
            """);
        var (positive, negative) = (Figure.Shorten(subject.Classes[1], 24), Figure.Shorten(subject.Classes[0], 24));
        var axes = area.Axes(
            "probability the model gives",
            "share of each class",
            PlotArea.Percent,
            v => PlotArea.Percent(Math.Abs(v)));
        var picture = PlotArea.Picture(
            "scores", "Predicted probabilities by class",
            $"Average probability {NumberFormat.Percent(Average(predictions, 1))} for “{positive}” and "
            + $"{NumberFormat.Percent(Average(predictions, 0))} for “{negative}”.",
            $"{axes}{bars}{Svg.Line("zero", area.X(0), area.Y(0), area.X(1), area.Y(0))}");
        return Figure.Of(
            "What does it answer for each?",
            $"Upwards: rows that are “{positive}”. Downwards: rows that are “{negative}”. The less the two overlap, "
            + "the better.",
            $"{picture}{Figure.Key(("box", $"“{positive}”"), ("box champion", $"“{negative}”"))}");
    }

    private static Html? Bar(PlotArea area, int bin, double share, string style)
    {
        if (share == 0) return null;
        var (top, bottom) = (area.Y(Math.Max(0, share)), area.Y(Math.Min(0, share)));
        return Svg.Rectangle(
            style, area.X((double)bin / Bins) + 0.5, top, area.X(1.0 / Bins) - area.X(0) - 1, bottom - top);
    }

    private static double[] Shares(Predictions predictions, int label)
    {
        var shares = new double[Bins];
        double rows = Math.Max(1, predictions.Labels.Count(l => l == label));
        for (var i = 0; i < predictions.Rows; i++)
        {
            if (predictions.Labels[i] == label)
            {
                shares[Math.Clamp((int)(predictions.Outputs[i] * Bins), 0, Bins - 1)] += 1 / rows;
            }
        }

        return shares;
    }

    private static double Average(Predictions predictions, int label) =>
        predictions.Outputs.Where((_, i) => predictions.Labels[i] == label).DefaultIfEmpty(double.NaN).Average();
}
