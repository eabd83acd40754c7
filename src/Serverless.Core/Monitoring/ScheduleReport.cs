namespace Serverless.Core.Monitoring;

/// <summary>What became of the last due time of <c>training.schedule</c>.</summary>
/// <param name="DueAt">The time of the schedule, UTC.</param>
/// <param name="Version">The version that answers; null if none is live.</param>
/// <param name="NoRetrain">Why it asked for no retrain; null if it asked for one.</param>
public sealed record ScheduleReport(
    string Model, DateTimeOffset CheckedAt, DateTimeOffset DueAt, int? Version, string? NoRetrain);
