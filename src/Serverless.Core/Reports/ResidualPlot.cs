using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>Histogram of true value − prediction.</summary>
internal static class ResidualPlot
{
    private const int Bins = 31;

    public static Html Of(Predictions predictions, MetricSubject subject)
    {
        var residuals = new double[predictions.Rows];
        for (var i = 0; i < residuals.Length; i++) residuals[i] = predictions.Labels[i] - predictions.Outputs[i];
        Array.Sort(residuals);
        var cut = residuals.Length / 100;
        var reach = Math.Max(Math.Abs(residuals[cut]), Math.Abs(residuals[^(cut + 1)]));
        if (reach == 0) reach = 1;

        var shares = new double[Bins];
        foreach (var r in residuals)
        {
            shares[Math.Clamp((int)((r + reach) / (2 * reach) * Bins), 0, Bins - 1)] += 1.0 / residuals.Length;
        }

        var area = new PlotArea(-reach, reach, 0, shares.Max() * 1.05);
        var width = (area.X(reach) - area.X(-reach)) / Bins;
        Html bars = Html.Each(shares.Index(), s => Svg.Rectangle(
            "bar",
            PlotArea.Left + (s.Index * width) + 0.5,
            area.Y(s.Item),
            width - 1,
            PlotArea.Bottom - area.Y(s.Item)));
        var axes = area.Axes("true value − prediction", "share of the rows", PlotArea.Plain, PlotArea.Percent);
        var low = residuals.Count(r => r > 0) / (double)residuals.Length;
        var half = Quantile(residuals, 0.5);
        var near = residuals.Select(Math.Abs).Order().ElementAt(residuals.Length / 2);
        var words = $"Half of the answers are within {NumberFormat.Of(near, 3)} of the truth; "
            + $"{NumberFormat.Percent(low)} are too low.";
        return Figure.Of(
            "How large are its misses?",
            $"{words} A hill around 0 is good; one to the side means that it is off in one direction. The outermost "
            + "bars hold all beyond.",
            PlotArea.Picture(
                "residuals",
                "Distribution of errors",
                $"{words} The middle error of “{subject.Label}” is {NumberFormat.Of(half, 3)}.",
                $"{axes}{bars}{area.Vertical("zero", 0)}"));
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
