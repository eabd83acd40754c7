using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>Predicted value against the true one, for a sample of rows.</summary>
internal static class PredictedActualPlot
{
    private const int Sample = 1500;

    public static Html Of(Predictions predictions, MetricSubject subject)
    {
        var (minimum, maximum) = Range(predictions);
        var area = new PlotArea(minimum, maximum, minimum, maximum);
        var rows = Rows(predictions.Rows);
        bool Beyond(double value) => value < minimum || value > maximum;
        var beyond = rows.Count(r => Beyond(predictions.Labels[r]) || Beyond(predictions.Outputs[r]));
        Html points = Html.Each(
            rows,
            r => $"""<circle cx="{area.X(predictions.Labels[r])}" cy="{area.Y(predictions.Outputs[r])}" r="2.2"/>""");
        var axes = area.Axes("true value", "predicted", PlotArea.Plain, PlotArea.Plain);
        Html content = $"""{axes}<g class="points">{points}</g>{area.Diagonal("guess strong")}""";
        var shown = rows.Length < predictions.Rows
            ? $"A sample of {NumberFormat.Of(rows.Length)} of {NumberFormat.Count(predictions.Rows, "row")}."
            : $"All {NumberFormat.Count(rows.Length, "row")}.";
        var edges = beyond > 0 ? $" {NumberFormat.Of(beyond)} lie beyond the axes and are drawn at the edge." : "";
        return Figure.Of(
            "How close are its answers?",
            $"Each point is a row; on the dashed line the prediction is exact. {shown}{edges}",
            PlotArea.Picture(
                "predicted", "Predicted against true values",
                $"Values of “{subject.Label}” from {NumberFormat.Of(minimum)} to {NumberFormat.Of(maximum)}; "
                + $"R² is {NumberFormat.Of(new R2().Compute(predictions), 3)}.",
                content));
    }

    /// <summary>
    /// From the lowest to the highest half percent of labels and predictions, so that one outlier does not press all
    /// others together.
    /// </summary>
    private static (double Minimum, double Maximum) Range(Predictions predictions)
    {
        var labels = Array.ConvertAll(predictions.Labels, l => (double)l);
        var outputs = (double[])predictions.Outputs.Clone();
        Array.Sort(labels);
        Array.Sort(outputs);
        var cut = labels.Length / 200;
        var (minimum, maximum) = (Math.Min(
            labels[cut], outputs[cut]), Math.Max(labels[^(cut + 1)], outputs[^(cut + 1)]));
        return minimum < maximum ? (minimum, maximum) : (minimum - 1, maximum + 1);
    }

    /// <summary>All rows, or as many drawn at random: every n-th one would see a single hour of each day.</summary>
    private static int[] Rows(int count)
    {
        var rows = Enumerable.Range(0, count).ToArray();
        if (count <= Sample) return rows;
        var random = new SplitMix64(1);
        for (var i = 0; i < Sample; i++)
        {
            var j = i + random.NextInt32(count - i);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }

        return rows[..Sample];
    }
}
