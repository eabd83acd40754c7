namespace Serverless.Core.Reports;

/// <summary>The shapes that the plots are made of, each with its class of the style sheet.</summary>
internal static class Svg
{
    public static Html Line(string style, double x1, double y1, double x2, double y2) =>
        $"""<line class="{style}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>""";

    public static Html Rectangle(string style, double x, double y, double width, double height) =>
        $"""<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}"/>""";

    public static Html Curve<T>(string style, IEnumerable<T> points, Func<T, (double X, double Y)> place) => $"""
        <polyline class="{style}" points="{Html.Each(points.Select(place), p => $"{p.X},{p.Y} ")}"/>
        """;

    /// <param name="anchor">Which end of the text is at x: start, middle or end.</param>
    public static Html Text(string style, double x, double y, string anchor, string text) =>
        $"""<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>""";

    /// <summary>A share of 1 as a bar in a table.</summary>
    public static Html Meter(double share) => $"""
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {Rectangle("bar", 0, 0, 100 * share, 8)}</svg>
        """;
}
