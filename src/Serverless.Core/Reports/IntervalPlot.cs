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
            <line class="grid" x1="{area.X(t)}" x2="{area.X(t)}" y1="30" y2="{Axis + 18}"/><text class="tick" x="{area.X(t)}" y="{Axis + 34}" text-anchor="middle">{PlotArea.Plain(t)}</text>
            """);
        Html content = $"""
            {ticks}<line class="zero" x1="{area.X(0)}" x2="{area.X(0)}" y1="26" y2="{Axis + 18}"/><line class="interval" x1="{area.X(improvement.Lower)}" x2="{area.X(improvement.Upper)}" y1="{Axis}" y2="{Axis}"/><circle class="dot" cx="{area.X(improvement.Estimate)}" cy="{Axis}" r="5.5"/><text class="axis" x="{area.X(0) - 7}" y="16" text-anchor="end">← worse</text><text class="axis" x="{area.X(0) + 7}" y="16">better →</text>
            """;
        return Figure.OnTop(
            $"Better than {reference}?",
            $"The point is the improvement in {verdict.Metric} on the held-out rows; the bar is what it may really be. All of the bar must be right of 0.",
            PlotArea.Svg(
                "interval", "Improvement with its interval",
                $"Better by {NumberFormat.Of(improvement.Estimate, 3)}, surely by {NumberFormat.Of(improvement.Lower, 3)}, at most by {NumberFormat.Of(improvement.Upper, 3)}.",
                content, Height));
    }
}
