using System.Globalization;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Core.Training;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>Moments, states and scores as the pages say them.</summary>
internal static class DashboardText
{
    /// <summary>“5 min ago”, with the moment itself for who asks.</summary>
    public static Html Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var age = now - at;
        var words = age.TotalSeconds < 45 ? "just now"
            : age.TotalMinutes < 90 ? $"{Math.Max(1, Math.Round(age.TotalMinutes)):0} min ago"
            : age.TotalHours < 36 ? $"{Math.Round(age.TotalHours):0} h ago"
            : age.TotalDays < 30 ? $"{Math.Round(age.TotalDays):0} days ago"
            : at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var moment = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return $"""<time datetime="{moment}" title="{LineageSection.Moment(at)}">{words}</time>""";
    }

    public static Html Chip(string kind, string words) => $"""<span class="chip {kind}">{words}</span>""";

    public static Html Framed(string label, Html head, Html rows) =>
        Table.Scrolling(label, head, rows, "framed scroll", "stack");

    /// <summary>For what a damaged blob should have told.</summary>
    public static Html Unreadable => Chip("bad", "cannot be read");

    public static string Name(int version) => $"version {NumberFormat.Of(version)}";

    public static string Score(Manifest m) =>
        m.Verdict.Candidate.TryGetValue(m.Verdict.Metric, out var score) ? NumberFormat.Of(score) : "–";

    public static Html ReportLink(Manifest m) => $"""
        <a href="/api/models/{m.Model}/versions/{m.Version.ToString(CultureInfo.InvariantCulture)}/report">Report<span
        class="hidden"> of version {NumberFormat.Of(m.Version)} of {m.Model}</span></a>
        """;

    public static Html ModelLink(string model) => $"""<a href="/models/{model}">{model}</a>""";

    public static string Milliseconds(double? value) => value is { } ms ? $"{NumberFormat.Of(ms, 2)} ms" : "–";

    public static Html Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Promoted => Chip("good", "Promoted"),
        RunOutcome.AwaitingApproval => Chip("blue", "Waits for approval"),
        RunOutcome.RollingOut => Chip("blue", "Is rolled out"),
        RunOutcome.NotPromoted => Chip("", "Not promoted"),
        RunOutcome.Rejected => Chip("bad", "Rejected"),
        _ => Chip("", "Nothing to do"),
    };

    public static Html Verdict(GateDecision decision) => decision switch
    {
        GateDecision.Promote => Chip("good", "Passed"),
        GateDecision.NeedsApproval => Chip("blue", "A person decides"),
        GateDecision.BelowThreshold => Chip("bad", "Below a threshold"),
        _ => Chip("", "Not better"),
    };
}
