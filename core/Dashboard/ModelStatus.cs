using Serverless.Monitoring;
using Serverless.Registry;
using Serverless.Rollouts;
using Serverless.Runs;

namespace Serverless.Dashboard;

/// <summary>What the dashboard tells about one model.</summary>
/// <param name="Versions">Newest first; of the overview only the champion and the challenger.</param>
/// <param name="UnderWay">Runs that have not ended well, newest first.</param>
/// <param name="Runs">The last ended ones, newest first.</param>
/// <param name="Judgement">The roll-out's last one; null where there was none.</param>
/// <param name="Alerts">Of the last week, newest first.</param>
public sealed record ModelStatus(
    string Model,
    Aliases Aliases,
    IReadOnlyList<Manifest> Versions,
    IReadOnlyList<RunUnderWay> UnderWay,
    IReadOnlyList<RunRecord> Runs,
    LiveTraffic Traffic,
    RolloutReport? Judgement,
    DriftReport? Drift,
    StalenessReport? Staleness,
    IReadOnlyList<Alert> Alerts)
{
    /// <summary>Null where no version is live.</summary>
    public Manifest? Champion => Aliases.Champion is { } version ? Version(version) : null;

    public Manifest? Version(int version) => Versions.FirstOrDefault(v => v.Version == version);
}
