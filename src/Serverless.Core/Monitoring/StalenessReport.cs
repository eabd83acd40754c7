namespace Serverless.Core.Monitoring;

/// <summary>The champion's age, and whether there is data that no version was trained on.</summary>
/// <param name="AgeDays">Days since the champion was trained.</param>
/// <param name="NewestData">The data file changed last; null without any.</param>
/// <param name="UnseenData">Whether that file is newer than the newest version.</param>
/// <param name="Stale">Whether the champion is older than model.json allows.</param>
/// <param name="NoRetrain">
/// Why a stale champion asks for no retrain; null unless it is stale, and if a retrain may learn something new.
/// </param>
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
    string Summary,
    string? NoRetrain = null);
