namespace Serverless.Local.Hosting;

/// <summary>What outlives the host of a timer, in UTC.</summary>
/// <param name="Last">The last occurrence that ran; null where none has.</param>
/// <param name="LastUpdated">Occurrences after this are still owed.</param>
public sealed record TimerState(DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset LastUpdated);
