namespace Serverless.Local.Hosting.Timers;

/// <summary>The stored state of a timer, in UTC.</summary>
/// <param name="Last">The last occurrence that ran; null before the first.</param>
/// <param name="LastUpdated">Occurrences after this time are still to run.</param>
public sealed record TimerState(DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset LastUpdated);
