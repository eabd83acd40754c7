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
        { Drifted: false, Prediction.Drifted: true } => DashboardText.Chip("bad", "the predictions drifted"),
        { } drift => DashboardText.Chip(
            drift.Drifted ? "bad" : "good",
            $"{NumberFormat.Of(drift.Features.Count(f => f.Drifted))} of "
            + $"{NumberFormat.Count(drift.Features.Count, "feature")} drifted"),
    };

    public static Html Of(ModelStatus status, DateTimeOffset now)
    {
        if (status.Drift is not { } drift) return $"""<div class="panel"><p>{Chip(status)}</p></div>""";
        return $"""
            <div class="panel"><p>{Chip(status)} {drift.Summary} {drift.NoRetrain}</p>
            <p class="note">Checked {DashboardText.Ago(drift.CheckedAt, now)} on
            {NumberFormat.Count(drift.Rows, "prediction")} of version {NumberFormat.Of(drift.Version)}.
            {Performance(drift.Performance)}</p></div>
            {Html.When(drift.Features.Count > 0, ByFeature(drift))}
            """;
    }

    private static Html ByFeature(DriftReport drift)
    {
        var features = drift.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.JensenShannon);
        Html head = $"""
            {Table.Columns("Feature", "State")}<th scope="col" colspan="2">Distance from training</th>
            {Table.NumberColumns("Decided by", "Missing")}
            """;
        var predictions = drift.Prediction is { } p ? Row("The predictions", p) : null;
        return $"""
            {DashboardText.Framed("Drift by feature", head, $"{Html.Each(features, f => Row(f.Name, f))}{predictions}")}
            <p class="note">The bars are Jensen–Shannon distances: 0 where the traffic is like the training data, 1
            where they have nothing in common. A value past its limit counts as drift only where it is more than
            chance.</p>
            """;
    }

    private static Html Row(string name, ColumnDrift column) => $"""
        <tr class="{(column.Drifted ? "drifted" : "")}"><th scope="row">{name}</th>
        <td>{(column.Drifted ? DashboardText.Chip("bad", "drifted") : DashboardText.Chip("", "as trained"))}</td>
        <td class="bar-cell"><span class="meter"><i
        style="width:{100 * Math.Clamp(column.JensenShannon, 0, 1)}%"></i></span></td>
        {Table.Number("distance", NumberFormat.Of(column.JensenShannon, 2))}
        <td class="number">{NumberFormat.Of(column.Value, 2)}<span
        class="note">{Name(column)}, limit {NumberFormat.Of(column.Threshold, 2)}</span></td>
        <td class="number" data-name="missing">{NumberFormat.Percent(column.MissingShare)}<span
        class="note">{NumberFormat.Percent(column.ReferenceMissingShare)} in training</span></td></tr>
        """;

    private static string Performance(LivePerformance? found) => found is null
        ? "No feedback has come yet."
        : $"On {NumberFormat.Count(found.Rows, "prediction")} with feedback: {string.Join(", ", found.Metrics.Take(3)
            .Select(m => $"{m.Key} {NumberFormat.Of(m.Value)}"))}.";

    private static string Name(ColumnDrift column) => column.Statistic.ToString().ToLowerInvariant();
}
