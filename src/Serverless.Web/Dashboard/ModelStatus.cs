using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Traffic;
using Serverless.Core.Training;

namespace Serverless.Web.Dashboard;

/// <summary>A part of a model's status that cannot be read.</summary>
/// <param name="Part">The property of <see cref="ModelStatus"/>.</param>
/// <param name="Why">Which blob is damaged, and where.</param>
public sealed record UnreadablePart(string Part, string Why);

/// <summary>A model whose aliases cannot be read.</summary>
/// <param name="Why">Which blob is damaged, and where.</param>
public sealed record UnreadableModel(string Model, string Why);

/// <summary>The status of one model on the dashboard.</summary>
/// <param name="Answers">The version that answers; null without one.</param>
/// <param name="Dangling">Aliases whose version was deleted.</param>
/// <param name="Versions">Newest first; on the overview only the champion and the challenger.</param>
/// <param name="UnderWay">Unfinished and failed runs, newest first.</param>
/// <param name="Runs">The latest finished runs, newest first.</param>
/// <param name="Judgement">The latest judgement of the roll-out; null before the first.</param>
/// <param name="Alerts">The alerts of the last week, newest first.</param>
/// <param name="Unreadable">Parts that are missing because a blob is damaged.</param>
public sealed record ModelStatus(
    string Model,
    Aliases Aliases,
    int? Answers,
    IReadOnlyList<DanglingAlias> Dangling,
    IReadOnlyList<Manifest> Versions,
    IReadOnlyList<RunProgressState> UnderWay,
    IReadOnlyList<RunRecord> Runs,
    LiveTraffic Traffic,
    RolloutReport? Judgement,
    DriftReport? Drift,
    StalenessReport? Staleness,
    IReadOnlyList<Alert> Alerts,
    IReadOnlyList<UnreadablePart> Unreadable)
{
    /// <summary>The version that answers. Null if no version is live, or its manifest is damaged.</summary>
    public Manifest? Champion => Answers is { } version ? Version(version) : null;

    /// <summary>False if the part cannot be read.</summary>
    public bool Knows(string part) => Unreadable.All(u => u.Part != part);

    public Manifest? Version(int version) => Versions.FirstOrDefault(v => v.Version == version);
}
