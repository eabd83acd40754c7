namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the <see cref="TimerInfo"/> parameter of a function that runs on a schedule.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>NCRONTAB with six fields, in UTC, or <c>%Name%</c> of a setting that contains it.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Store occurrences, so that the next start makes up for a missed one.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Run once at each start, in addition to the schedule.</summary>
    public bool RunOnStartup { get; set; }
}
