namespace Microsoft.Azure.Functions.Worker;

/// <summary>The schedule of a timer, passed to its function.</summary>
public sealed class TimerInfo
{
    /// <summary>Null if the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run makes up for a missed one.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>Occurrences of a schedule, in UTC.</summary>
public sealed class ScheduleStatus
{
    /// <summary>The last occurrence that ran; default before the first.</summary>
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
