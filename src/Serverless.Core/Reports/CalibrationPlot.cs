using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// Frequency of class 1 against its predicted probability (for many classes, of right answers against the probability
/// of the class that is said), before and after calibration, in ten bins (a reliability diagram; Murphy and Winkler
/// 1977), with Wilson's 95 % interval (1927) and how many rows each bin has.
/// </summary>
internal static class CalibrationPlot
{
    private const double StripHeight = 34;

    /// <param name="before">The same rows without calibration; null where there is none.</param>
    public static Html Of(
        Predictions predictions, Predictions? before, CalibrationRecord? record, MetricSubject subject)
    {
        var (area, isMulticlass) = (new PlotArea(0, 1, 0, 1), predictions.Task == ModelTask.Multiclass);
        var bins = Bins(predictions);
        var most = Math.Max(1, bins.Max(b => b.Rows));
        var hit = isMulticlass
            ? "how often it is right"
            : $"how often it is “{Figure.Shorten(subject.Classes[1], 24)}”";
        Html strip = Html.Each(bins.Index(), b =>
        {
            var height = StripHeight * b.Item.Rows / most;
            return Svg.Rectangle(
                "bar soft", area.X(b.Index / 10.0) + 1, PlotArea.Bottom - height, area.X(0.1) - area.X(0) - 2, height);
        });
        var filled = bins.Where(b => b.Rows > 0).ToList();
        Html points = Html.Each(filled, b => Point(area, b));
        var curve = before is null
            ? null
            : Svg.Curve(
                "curve champion",
                Bins(before).Where(b => b.Rows > 0),
                b => (area.X(b.Probability), area.Y(b.Frequency)));
        var axes = area.Axes(
            isMulticlass ? "probability of the class it says" : "probability the model gives",
            hit,
            PlotArea.Percent,
            PlotArea.Percent);
        Html content = $"{axes}{strip}{area.Diagonal("guess")}{curve}{points}";
        var words = string.Join("; ", filled.Select(b =>
            $"said {NumberFormat.Percent(b.Probability)}, was {NumberFormat.Percent(b.Frequency)} "
            + $"in {NumberFormat.Count(b.Rows, "row")}"));
        List<(string, string)> key =
        [
            ("dot", "rows given about this probability"),
            ("box soft", $"how many rows (at most {NumberFormat.Of(most)})")
        ];
        if (before is not null) key.Insert(1, ("line champion", "before the correction"));
        return Figure.Of(
            "Can its probabilities be taken at their word?",
            "Points on the dashed line are honest: of the rows given 70 %, 70 % are. Whiskers show what chance alone "
            + $"could do.{Correction(record)}",
            $"{PlotArea.Picture("calibration", "Calibration", words + ".", content)}{Figure.Key([.. key])}");
    }

    private static Html Point(PlotArea area, Bin bin)
    {
        var (x, y) = (area.X(bin.Probability), area.Y(bin.Frequency));
        var words = $"{NumberFormat.Count(bin.Rows, "row")}: says {NumberFormat.Percent(bin.Probability)}, "
            + $"is {NumberFormat.Percent(bin.Frequency)}";
        return $"""
            {Svg.Line("whisker", x, area.Y(bin.Low), x, area.Y(bin.High))}
            <circle class="dot" cx="{x}" cy="{y}" r="4"><title>{words}</title></circle>
            """;
    }

    private static string Correction(CalibrationRecord? record)
    {
        if (record is null) return "";
        var method = record.Method switch
        {
            PlattCalibrator.CalibratorName => "Platt’s method",
            IsotonicCalibrator.CalibratorName => "isotonic regression",
            _ => "a temperature",
        };
        var loss = NumberFormat.Alike(record.LogLossBefore, record.LogLossAfter);
        return $" They were corrected by {method}, fitted to {NumberFormat.Count(record.Rows, "validation row")}, "
            + $"where that lowers the log loss from {loss[0]} to {loss[1]}.";
    }

    internal sealed record Bin(long Rows, double Probability, double Frequency, double Low, double High);

    /// <summary>For many classes: the probability of the class that is said, and whether it is right.</summary>
    internal static Bin[] Bins(Predictions predictions)
    {
        var (rows, positives) = (new long[CalibrationError.Bins], new long[CalibrationError.Bins]);
        var probabilities = new double[CalibrationError.Bins];
        for (var i = 0; i < predictions.Rows; i++)
        {
            var said = predictions.Task == ModelTask.Multiclass ? predictions.PredictedClass(i) : 0;
            var probability = predictions.OutputsOf(i)[said];
            var bin = CalibrationError.BinOf(probability);
            rows[bin]++;
            probabilities[bin] += probability;
            if (predictions.Task == ModelTask.Multiclass
                ? (int)predictions.Labels[i] == said
                : predictions.Labels[i] > 0.5f)
            {
                positives[bin]++;
            }
        }

        return [.. Enumerable.Range(0, rows.Length).Select(i => Of(rows[i], probabilities[i], positives[i]))];
    }

    private static Bin Of(long rows, double probability, long positives)
    {
        if (rows == 0) return new Bin(0, 0, 0, 0, 0);
        const double z = 1.96;
        var p = (double)positives / rows;
        var centre = (p + (z * z / (2 * rows))) / (1 + (z * z / rows));
        var half = z * Math.Sqrt((p * (1 - p) / rows) + (z * z / (4.0 * rows * rows))) / (1 + (z * z / rows));
        return new Bin(rows, probability / rows, p, centre - half, centre + half);
    }
}
