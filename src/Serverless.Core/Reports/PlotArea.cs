using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// A plot's frame: from data to pixels, with grid, ticks and axis titles. Wide enough for a phone as it is, so that
/// text is never shrunk much.
/// </summary>
internal sealed class PlotArea(double xMinimum, double xMaximum, double yMinimum, double yMaximum)
{
    public const double Width = 360;
    public const double Height = 290;
    public const double Left = 44;
    public const double Right = Width - 18;
    public const double Top = 30;
    public const double Bottom = Height - 44;

    public double X(double value) =>
        Left + ((Math.Clamp(value, xMinimum, xMaximum) - xMinimum) / (xMaximum - xMinimum) * (Right - Left));

    public double Y(double value) =>
        Bottom - ((Math.Clamp(value, yMinimum, yMaximum) - yMinimum) / (yMaximum - yMinimum) * (Bottom - Top));

    /// <param name="id">Unique in the page.</param>
    /// <param name="title">Read out in place of the picture, with <paramref name="description"/>.</param>
    public static Html Picture(
        string id, string title, string description, Html content, double height = Height) => $"""
        <svg viewBox="0 0 {Width} {height}" role="img" aria-labelledby="{id}-t {id}-d">
        <title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{content}</svg>
        """;

    public Html Axes(string xTitle, string yTitle, Func<double, string> xText, Func<double, string> yText)
    {
        Html y = Html.Each(Ticks(yMinimum, yMaximum), t =>
            $"{Svg.Line("grid", Left, Y(t), Right, Y(t))}{Svg.Text("tick", Left - 6, Y(t) + 4, "end", yText(t))}");
        Html x = Html.Each(Ticks(xMinimum, xMaximum), t =>
            $"{Svg.Line("grid", X(t), Top, X(t), Bottom)}{Svg.Text("tick", X(t), Bottom + 16, "middle", xText(t))}");
        return $"""
            {y}{x}{Svg.Text("axis", 2, 14, "start", yTitle)}{Svg.Text("axis", Right, Height - 8, "end", xTitle)}
            """;
    }

    /// <summary>From the lower left to the upper right.</summary>
    public Html Diagonal(string style) => Svg.Line(style, X(xMinimum), Y(yMinimum), X(xMaximum), Y(yMaximum));

    /// <summary>From the bottom to the top.</summary>
    public Html Vertical(string style, double x) => Svg.Line(style, X(x), Top, X(x), Bottom);

    public static string Plain(double value) =>
        Math.Abs(value) is >= 10_000 and < 1e9 ? Short(value) : NumberFormat.Of(value);

    public static string Percent(double value) =>
        NumberFormat.Percent(value).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>About five round numbers from the first to the last that fit in the range.</summary>
    public static IEnumerable<double> Ticks(double minimum, double maximum)
    {
        var step = Step((maximum - minimum) / 5);
        for (var i = Math.Ceiling(minimum / step); i * step <= maximum + (step * 1e-9); i++) yield return i * step;
    }

    /// <summary>The least of 1, 2, 5 times a power of ten that is not below <paramref name="atLeast"/>.</summary>
    private static double Step(double atLeast)
    {
        double power = 1;
        while (power > atLeast) power /= 10;
        while (power * 10 <= atLeast) power *= 10;
        return (atLeast / power) switch { <= 1 => power, <= 2 => 2 * power, <= 5 => 5 * power, _ => 10 * power };
    }

    private static string Short(double value) =>
        Math.Abs(value) >= 1_000_000
            ? NumberFormat.Of(value / 1_000_000, 3) + "M"
            : NumberFormat.Of(value / 1000, 3) + "k";
}
