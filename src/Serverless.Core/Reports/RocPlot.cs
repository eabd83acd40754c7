using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>Share of the positives found against share of false alarms, for every threshold (Fawcett 2006).</summary>
internal static class RocPlot
{
    public static Html Of(Predictions candidate, Predictions? champion, MetricSubject subject)
    {
        var area = new PlotArea(0, 1, 0, 1);
        var (positive, negative) = (Figure.Shorten(subject.Classes[1], 24), Figure.Shorten(subject.Classes[0], 24));
        var axes = area.Axes(
            $"false alarms among “{negative}”", $"“{positive}” found", PlotArea.Percent, PlotArea.Percent);
        var other = champion is null ? null : Curve(area, champion, "curve champion");
        var auc = NumberFormat.Of(new Auc().Compute(candidate), 3);
        var picture = PlotArea.Picture(
            "roc",
            "ROC curve",
            $"Rises from the lower left to the upper right; the area under it is {auc}, where 0.5 is guessing and 1 is "
            + "perfect.",
            $"{axes}{area.Diagonal("guess")}{other}{Curve(area, candidate, "curve")}");
        Html key = champion is null
            ? Figure.Key(("line", "this version"), ("line dash", "guessing"))
            : Figure.Key(("line", "this version"), ("line champion", "champion"), ("line dash", "guessing"));
        return Figure.Of(
            "How well does it tell them apart?",
            $"A lower threshold finds more “{positive}” and raises more false alarms. The further the curve is above "
            + "the dashed line, the better.",
            $"{picture}{key}");
    }

    private static Html Curve(PlotArea area, Predictions predictions, string style) =>
        Svg.Curve(style, Points(predictions), p => (area.X(p.X), area.Y(p.Y)));

    /// <summary>
    /// Corners of the curve from (0, 0) to (1, 1), equal scores in one step; thinned to a few hundred.
    /// </summary>
    internal static IEnumerable<(double X, double Y)> Points(Predictions predictions)
    {
        var order = Enumerable.Range(0, predictions.Rows).ToArray();
        Array.Sort(Array.ConvertAll(order, i => -predictions.Outputs[i]), order);
        double positives = BinaryCounts.Positives(predictions);
        var negatives = predictions.Rows - positives;
        yield return (0, 0);
        if (positives == 0 || negatives == 0) yield break;

        var (last, x, y) = ((X: 0.0, Y: 0.0), 0.0, 0.0);
        for (var i = 0; i < order.Length; i++)
        {
            if (predictions.Labels[order[i]] > 0.5f) y += 1 / positives;
            else x += 1 / negatives;

            var end = i + 1 == order.Length;
            if (!end && predictions.Outputs[order[i]] == predictions.Outputs[order[i + 1]]) continue;
            if (!end && x - last.X < 0.005 && y - last.Y < 0.005) continue;
            last = end ? (1, 1) : (x, y);
            yield return last;
        }
    }
}
