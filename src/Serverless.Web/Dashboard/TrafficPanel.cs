using Serverless.Core.Reports;
using Serverless.Core.Traffic;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>The last hour's predictions: how many in each minute, and how long their requests took.</summary>
internal static class TrafficPanel
{
    private const double Width = 180;
    private const double Height = 40;

    /// <summary>A bar for each minute.</summary>
    public static Html Spark(LiveTraffic traffic)
    {
        var highest = traffic.Minutes.Max();
        var words = highest == 0
            ? "No predictions in the last hour."
            : $"Predictions in each minute of the last hour: at most {NumberFormat.Of(Math.Round(highest))}, "
                + $"{NumberFormat.Of(Math.Round(traffic.Minutes[^1]))} in the last one.";
        var step = Width / traffic.Minutes.Count;
        Html bars = Html.Each(traffic.Minutes.Index().Where(m => m.Item > 0), m =>
        {
            var height = Math.Max(1.5, (Height - 2) * m.Item / highest);
            return $"""<rect x="{m.Index * step}" y="{Height - 1 - height}" width="{step - 0.8}" height="{height}"/>""";
        });
        return $"""
            <svg class="spark" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img"
            aria-label="{words}"><line x1="0" x2="{Width}" y1="{Height - 0.5}" y2="{Height - 0.5}"/>{bars}</svg>
            """;
    }

    /// <summary>One line of it, for all versions together.</summary>
    public static string InWords(ModelStatus status)
    {
        var traffic = status.Traffic;
        if (traffic.Rows == 0)
        {
            return status.Knows(nameof(status.Traffic))
                ? "no predictions in the last hour"
                : "the last hour's predictions cannot be read";
        }

        var busiest = traffic.Versions.MaxBy(v => v.Requests)!;
        var latency = busiest.P50 is null
            ? ""
            : $"; {DashboardText.Milliseconds(busiest.P50)} median, {DashboardText.Milliseconds(busiest.P99)} p99";
        return $"{NumberFormat.Count(traffic.Rows, "prediction")} in the last hour{latency}";
    }

    public static Html Of(ModelStatus status)
    {
        if (!status.Knows(nameof(status.Traffic)))
        {
            return $"""<div class="panel"><p>{DashboardText.Unreadable}</p></div>""";
        }

        var traffic = status.Traffic;
        if (traffic.Versions.Count == 0)
        {
            return $"""
                <div class="panel"><p class="empty">No predictions in the last hour. What is answered shows here within
                about a minute.</p></div>
                """;
        }

        Html rows = Html.Each(traffic.Versions, v => $"""
            <tr><th scope="row">Version {NumberFormat.Of(v.Version)}</th>
            {Table.Number("predictions", NumberFormat.Of(v.Rows))}
            {Table.Number("requests", NumberFormat.Of(v.Requests))}
            {Table.Number("median", DashboardText.Milliseconds(v.P50))}
            {Table.Number("p95", DashboardText.Milliseconds(v.P95))}
            {Table.Number("p99", DashboardText.Milliseconds(v.P99))}</tr>
            """);
        Html head = $"""
            {Table.Columns("Version")}{Table.NumberColumns("Predictions", "Requests", "Median", "95 %", "99 %")}
            """;
        return $"""
            <div class="panel"><p class="note">Predictions in each minute of the last hour, of all instances.</p>
            {Spark(traffic)}</div>{DashboardText.Framed("Traffic by version", head, rows)}
            <p class="note">Latency is of a request, from its body to the answer’s bytes, at most 6.3 % too long.</p>
            """;
    }
}
