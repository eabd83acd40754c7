namespace Serverless.Core.Monitoring;

/// <summary>How old the champion is, and whether there is data that no version has seen.</summary>
/// <param name="Version">The champion.</param>
/// <param name="AgeDays">Since the champion was trained.</param>
/// <param name="NewestData">The data file that was changed last; null where there is none.</param>
/// <param name="UnseenData">Whether that file came after the newest version was trained.</param>
/// <param name="Stale">Whether the champion is older than model.json allows.</param>
public sealed record StalenessReport(
    string Model,
    DateTimeOffset CheckedAt,
    int Version,
    double AgeDays,
    double MaxAgeDays,
    string? NewestData,
    DateTimeOffset? NewestDataAt,
    bool UnseenData,
    bool Stale,
    string Summary);
