using NCrontab;
using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <summary>Schedules in model.json: NCRONTAB with six fields, in UTC.</summary>
internal static class ScheduleText
{
    /// <summary>Finds the first time of a schedule after another; null without a schedule, and if there is none.</summary>
    public static DateTimeOffset? NextAfter(string? schedule, DateTimeOffset time)
    {
        if (Parse(schedule) is not { } parsed) return null;
        var next = parsed.GetNextOccurrence(time.UtcDateTime, DateTime.MaxValue);
        return next == DateTime.MaxValue ? null : new DateTimeOffset(next, TimeSpan.Zero);
    }

    /// <summary>Adds an error if a schedule is given that is none.</summary>
    /// <param name="path">Place in the file.</param>
    public static void Check(string? schedule, string path, List<DefinitionError> errors)
    {
        if (schedule is null || Parse(schedule) is not null) return;
        errors.Add(new DefinitionError(
            path,
            "NCRONTAB with six fields (second minute hour day month weekday), such as \"0 0 3 * * *\"",
            FieldText.Show(schedule)));
    }

    private static CrontabSchedule? Parse(string? schedule) => schedule is null
        ? null
        : CrontabSchedule.TryParse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
}
