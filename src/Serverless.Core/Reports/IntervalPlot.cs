using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>The improvement as a point with its interval, beside the zero that it must be right of.</summary>
internal static class IntervalPlot
{
    private const double Height = 96;
    private const double Axis = 52;

    public static Html? Of(GateVerdict verdict)
    {
        if (verdict.Improvement is not { } improvement) return null;
        var (minimum, maximum) = (Math.Min(0, improvement.Lower), Math.Max(0, improvement.Upper));
        var margin = Math.Max((maximum - minimum) * 0.12, 1e-9);
        var area = new PlotArea(minimum - margin, maximum + margin, 0, 1);
        var reference = verdict.Champion is null ? "the baseline" : $"version {verdict.ChampionVersion}";
        Html ticks = Html.Each(PlotArea.Ticks(minimum - margin, maximum + margin), t => $"""
            {Svg.Line("grid", area.X(t), 30, area.X(t), Axis + 18)}
            {Svg.Text("tick", area.X(t), Axis + 34, "middle", PlotArea.Plain(t))}
            """);
        Html content = $"""
            {ticks}{Svg.Line("zero", area.X(0), 26, area.X(0), Axis + 18)}
            {Svg.Line("interval", area.X(improvement.Lower), Axis, area.X(improvement.Upper), Axis)}
            <circle class="dot" cx="{area.X(improvement.Estimate)}" cy="{Axis}" r="5.5"/>
            {Svg.Text("axis", area.X(0) - 7, 16, "end", "← worse")}
            {Svg.Text("axis", area.X(0) + 7, 16, "start", "better →")}
            """;
        return Figure.OnTop(
            $"Better than {reference}?",
            $"The point is the improvement in {verdict.Metric} on the held-out rows; the bar is what it may really be. "
            + "All of the bar must be right of 0.",
            PlotArea.Picture(
                "interval", "Improvement with its interval",
                $"Better by {NumberFormat.Of(improvement.Estimate, 3)}, surely by "
                + $"{NumberFormat.Of(improvement.Lower, 3)}, at most by {NumberFormat.Of(improvement.Upper, 3)}.",
                content, Height));
    }
}
