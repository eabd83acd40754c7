using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Traffic;
using Serverless.Core.Training;

namespace Serverless.Web.Dashboard;

/// <summary>A part of what is told about a model, which cannot be read.</summary>
/// <param name="Part">A property of <see cref="ModelStatus"/>.</param>
/// <param name="Why">Which blob is damaged, and where.</param>
public sealed record UnreadablePart(string Part, string Why);

/// <summary>A model of which not even the aliases can be read.</summary>
/// <param name="Why">Which blob is damaged, and where.</param>
public sealed record UnreadableModel(string Model, string Why);

/// <summary>What the dashboard tells about one model.</summary>
/// <param name="Versions">Newest first; of the overview only the champion and the challenger.</param>
/// <param name="UnderWay">Runs that have not ended well, newest first.</param>
/// <param name="Runs">The last ended ones, newest first.</param>
/// <param name="Judgement">The roll-out's last one; null where there was none.</param>
/// <param name="Alerts">Of the last week, newest first.</param>
/// <param name="Unreadable">What is missing above because a blob is damaged.</param>
public sealed record ModelStatus(
    string Model,
    Aliases Aliases,
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
    /// <summary>Null where no version is live, or its manifest is damaged.</summary>
    public Manifest? Champion => Aliases.Champion is { } version ? Version(version) : null;

    /// <summary>False where a part is empty because it cannot be read.</summary>
    public bool Knows(string part) => Unreadable.All(u => u.Part != part);

    public Manifest? Version(int version) => Versions.FirstOrDefault(v => v.Version == version);
}
