namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function is told about its schedule.</summary>
public sealed class TimerInfo
{
    /// <summary>Null where the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>This run makes up for one that was missed.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>Occurrences of a schedule, in UTC.</summary>
public sealed class ScheduleStatus
{
    /// <summary>The last occurrence that ran; default where none has.</summary>
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
