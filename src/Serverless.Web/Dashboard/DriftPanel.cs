using Serverless.Core.Monitoring;
using Serverless.Core.Reports;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>Drift by feature: how far the traffic is from what the champion was trained on.</summary>
internal static class DriftPanel
{
    /// <summary>In a few words, with their colour.</summary>
    public static Html Chip(ModelStatus status) => status.Drift switch
    {
        null when !status.Knows(nameof(status.Drift)) => DashboardText.Unreadable,
        null => DashboardText.Chip("", "not checked yet"),
        { Concluded: false } => DashboardText.Chip("", "too little traffic to tell"),
        { Drifted: true } drift => DashboardText.Chip(
            "bad",
            $"{NumberFormat.Of(drift.Features.Count(f => f.Drifted))} of {NumberFormat.Count(drift.Features.Count, "feature")} drifted"),
        { Prediction.Drifted: true } => DashboardText.Chip("bad", "the predictions drifted"),
        { } drift => DashboardText.Chip(
            "good",
            $"{NumberFormat.Of(drift.Features.Count(f => f.Drifted))} of {NumberFormat.Count(drift.Features.Count, "feature")} drifted"),
    };

    public static Html Of(ModelStatus status, DateTimeOffset now)
    {
        if (status.Drift is not { } drift) return $"""<div class="panel"><p>{Chip(status)}</p></div>""";
        return $"""
            <div class="panel"><p>{Chip(status)} {drift.Summary}</p><p class="note">Checked {DashboardText.Ago(drift.CheckedAt, now)} on {NumberFormat.Count(drift.Rows, "prediction")} of version {NumberFormat.Of(drift.Version)}. {Performance(drift.Performance)}</p></div>
            {(drift.Features.Count > 0 ? Table(drift) : null)}
            """;
    }

    private static Html Table(DriftReport drift)
    {
        var columns = drift.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.JensenShannon)
            .Select(f => (f.Name, Column: f)).Concat(drift.Prediction is { } p ? [("The predictions", p)] : []);
        Html rows = Html.Each(columns, c => $"""
            <tr{(c.Column.Drifted ? Html.Raw(" class=\"drifted\"") : null)}><th scope="row">{c.Name}</th><td>{(c.Column.Drifted ? DashboardText.Chip("bad", "drifted") : DashboardText.Chip("", "as trained"))}</td>
            <td class="bar-cell"><span class="meter"><i style="width:{100 * Math.Clamp(c.Column.JensenShannon, 0, 1)}%"></i></span></td><td class="number" data-name="distance">{NumberFormat.Of(c.Column.JensenShannon, 2)}</td>
            <td class="number">{NumberFormat.Of(c.Column.Value, 2)}<span class="note">{Name(c.Column)}, limit {NumberFormat.Of(c.Column.Threshold, 2)}</span></td><td class="number" data-name="missing">{NumberFormat.Percent(c.Column.MissingShare)}<span class="note">{NumberFormat.Percent(c.Column.ReferenceMissingShare)} in training</span></td></tr>
            """);
        return $"""
            <div class="framed scroll" role="region" aria-label="Drift by feature" tabindex="0"><table class="stack"><thead><tr><th scope="col">Feature</th><th scope="col">State</th><th scope="col" colspan="2">Distance from training</th><th scope="col" class="number">Decided by</th><th scope="col" class="number">Missing</th></tr></thead><tbody>{rows}</tbody></table></div>
            <p class="note">The bars are Jensen–Shannon distances: 0 where the traffic is like the training data, 1 where they have nothing in common. A value past its limit counts as drift only where it is more than chance.</p>
            """;
    }

    private static string Performance(LivePerformance? found) => found is null
        ? "No feedback has come yet."
        : $"On {NumberFormat.Count(found.Rows, "prediction")} with feedback: {string.Join(", ", found.Metrics.Take(3)
            .Select(m => $"{m.Key} {NumberFormat.Of(m.Value)}"))}.";

    private static string Name(ColumnDrift column) => column.Statistic.ToString().ToLowerInvariant();
}
