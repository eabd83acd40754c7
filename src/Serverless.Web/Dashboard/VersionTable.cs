using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>
/// A model's versions, newest first: their part, their score, the gate's verdict, and where they come from.
/// </summary>
internal static class VersionTable
{
    private const int Most = 50;

    public static Html Of(ModelStatus status, DateTimeOffset now)
    {
        if (status.Versions.Count == 0) return $"""<div class="panel"><p class="empty">There is none yet.</p></div>""";
        var shown = status.Versions.Where((v, i) => i < Most || Part(status.Aliases, v.Version) is not null);
        Html rows = Html.Each(shown, v => $"""
            <tr><th scope="row">Version {NumberFormat.Of(v.Version)} {Part(status.Aliases, v.Version)}</th>
            <td class="number"><span class="strong">{DashboardText.Score(v)}</span><span
            class="note">{v.Verdict.Metric}</span></td>
            <td class="why">{DashboardText.Verdict(v.Verdict.Decision)}<span
            class="note">{v.Verdict.Reasons[0]}</span></td>
            <td data-name="by">{v.Trainer}<span class="note">{NumberFormat.Count(v.Rows.Train, "row")},
            {string.Join(", ", v.Data.Select(d => d.Name[(d.Name.LastIndexOf('/') + 1)..]))}</span></td>
            <td data-name="made">{DashboardText.Ago(v.CreatedAt, now)}</td><td>{DashboardText.ReportLink(v)}</td>
            <td>{ModelActions.Promote(status, v)}</td></tr>
            """);
        Html head = $"""
            {Table.Columns("Version")}{Table.NumberColumns("Score")}
            {Table.Columns("The gate’s verdict", "Made by, from", "When", "Report", "Go live")}
            """;
        var table = DashboardText.Framed("Versions", head, rows);
        if (status.Versions.Count <= Most) return table;
        return $"""
            {table}<p class="note">The newest {NumberFormat.Of(Most)} of {NumberFormat.Of(status.Versions.Count)},
            and those that play a part.</p>
            """;
    }

    private static Html? Part(Aliases aliases, int version)
    {
        if (aliases.Champion == version) return DashboardText.Chip("good", "champion");
        if (aliases.Challenger == version) return DashboardText.Chip("blue", "challenger");
        return aliases.Previous == version ? DashboardText.Chip("", "previous") : null;
    }
}
