namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the <see cref="TimerInfo"/> parameter of a function that runs on a schedule.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>NCRONTAB with six fields, in UTC, or <c>%Name%</c> of a setting that holds one.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Remember occurrences, so that one that was missed is made up for at the next start.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Run once at each start, whatever the schedule says.</summary>
    public bool RunOnStartup { get; set; }
}
