using Serverless.Learning.Definition;
using Serverless.Learning.Explanation;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// Partial dependences: a curve for numbers, dots for categories; of many classes those that are answered most.
/// </summary>
internal static class PartialPlot
{
    private const int MostClasses = 3;
    private const double RowHeight = 26;

    private static readonly string[] _styles = ["", " champion", " third"];

    public static Html All(IReadOnlyList<PartialDependence> partial, Predictions candidate)
    {
        var shown = Shown(partial, candidate);
        var values = partial.SelectMany(p => p.Means).SelectMany(m => shown.Select(k => m[k])).ToList();
        var (low, high) = (values.Min(), values.Max());

        // A span that double precision hardly tells from nothing has no ticks.
        var margin = Math.Max(0.06 * (high - low), Math.Max(1e-6 * Math.Max(Math.Abs(low), Math.Abs(high)), 1e-9));
        var isShare = candidate.Task != ModelTask.Regression;
        var range = isShare ? (Math.Max(0, low - margin), Math.Min(1, high + margin)) : (low - margin, high + margin);
        return Html.Each(partial.Index(), p => Of(p.Index, p.Item, range, shown, candidate));
    }

    private static Html Of(
        int number, PartialDependence partial, (double Low, double High) range, int[] shown, Predictions candidate)
    {
        var picture = partial.Categories is null
            ? Curves(number, partial, range, shown, candidate)
            : Dots(number, partial, range, shown, candidate);
        Html? key = null;
        if (candidate.Task == ModelTask.Multiclass)
        {
            key = Figure.Key(
                [.. shown.Select((k, i) => ($"line{_styles[i]}", $"“{Figure.Shorten(candidate.Classes[k], 24)}”"))]);
        }

        return Figure.Of(
            Figure.Shorten(partial.Name, 40),
            $"Average answer for {NumberFormat.Count(partial.Rows, "held-out row")}, had all of them this value.",
            $"{picture}{key}");
    }

    private static Html Curves(
        int number, PartialDependence partial, (double Low, double High) range, int[] shown, Predictions candidate)
    {
        var area = new PlotArea(partial.Values[0], partial.Values[^1], range.Low, range.High);
        Html curves = Html.Each(shown.Index(), k => Svg.Curve(
            $"curve{_styles[k.Index]}",
            partial.Values.Index(),
            v => (area.X(v.Item), area.Y(partial.Means[v.Index][k.Item]))));
        Html marks = Html.Each(
            partial.Values, v => Svg.Line("zero", area.X(v), PlotArea.Bottom - 5, area.X(v), PlotArea.Bottom));
        var axes = area.Axes(Figure.Shorten(partial.Name, 40), Answer(candidate), PlotArea.Plain, Text(candidate));
        return PlotArea.Picture(
            $"partial-{number}", $"Answer by {Figure.Shorten(partial.Name, 40)}", Words(partial, shown, candidate),
            $"{axes}{marks}{curves}");
    }

    private static Html Dots(
        int number, PartialDependence partial, (double Low, double High) range, int[] shown, Predictions candidate)
    {
        const double left = 130;
        var categories = partial.Categories!;
        var bottom = PlotArea.Top + (RowHeight * categories.Count);
        double X(double value) => left + ((value - range.Low) / (range.High - range.Low) * (PlotArea.Right - left));
        double Y(int row) => PlotArea.Top + (RowHeight * (row + 0.5));
        Html grid = Html.Each(PlotArea.Ticks(range.Low, range.High), t => $"""
            {Svg.Line("grid", X(t), PlotArea.Top, X(t), bottom)}
            {Svg.Text("tick", X(t), bottom + 16, "middle", Text(candidate)(t))}
            """);
        Html rows = Html.Each(categories.Index(), c =>
        {
            var (y, means) = (Y(c.Index), partial.Means[c.Index]);
            Html dots = Html.Each(
                shown.Index(),
                k => $"""<circle class="dot{_styles[k.Index]}" cx="{X(means[k.Item])}" cy="{y}" r="4.5"/>""");
            return $"""
                {Svg.Text("", left - 8, y + 4, "end", Figure.Shorten(c.Item, 17))}
                {Svg.Line("grid", left, y, PlotArea.Right, y)}{dots}
                """;
        });
        return PlotArea.Picture(
            $"partial-{number}", $"Answer by {Figure.Shorten(partial.Name, 40)}", Words(partial, shown, candidate),
            $"{grid}{rows}{Svg.Text("axis", PlotArea.Right, bottom + 34, "end", Answer(candidate))}",
            bottom + 42);
    }

    private static string Words(PartialDependence partial, int[] shown, Predictions candidate) =>
        string.Join("; ", shown.Select(k =>
        {
            var ends = partial.Categories is { } names
                ? (names[0], names[^1])
                : (NumberFormat.Of(partial.Values[0]), NumberFormat.Of(partial.Values[^1]));
            var of = candidate.Task == ModelTask.Multiclass ? $"“{Figure.Shorten(candidate.Classes[k], 24)}”: " : "";
            return $"{of}{Text(candidate)(partial.Means[0][k])} at {Figure.Shorten(ends.Item1, 24)}, "
                + $"{Text(candidate)(partial.Means[^1][k])} at {Figure.Shorten(ends.Item2, 24)}";
        })) + ".";

    private static string Answer(Predictions candidate) => candidate.Task switch
    {
        ModelTask.Regression => "average answer",
        ModelTask.Binary => $"probability of “{Figure.Shorten(candidate.Classes[1], 24)}”",
        _ => "probability",
    };

    private static Func<double, string> Text(Predictions candidate) =>
        candidate.Task == ModelTask.Regression ? PlotArea.Plain : PlotArea.Percent;

    private static int[] Shown(IReadOnlyList<PartialDependence> partial, Predictions candidate) =>
        [.. Enumerable.Range(0, candidate.OutputCount).OrderByDescending(
            k => partial.Sum(p => p.Means.Average(m => m[k]))).ThenBy(k => k).Take(MostClasses)];
}
