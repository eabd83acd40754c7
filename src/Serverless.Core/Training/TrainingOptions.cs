using System.Globalization;

namespace Serverless.Core.Training;

/// <summary>How training fits into a function's life.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// How old a dropped file must be before a sweep asks for its run: until then its event may still be on its way, or its
    /// run going on.
    /// </summary>
    public static readonly TimeSpan EventGrace = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>
    /// How long one invocation reads and trains before it leaves the rest to the next one. What is left until host.json's
    /// <c>functionTimeout</c> is for comparing and registering the model, and for writing down how far it came.
    /// </summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(25);

    /// <param name="limit">Of the setting <see cref="SettingNames.TrainingLimit"/>; null or empty: the default.</param>
    /// <exception cref="FormatException">Says what was expected and what was found.</exception>
    public static TrainingOptions Parse(string? limit)
    {
        if (string.IsNullOrEmpty(limit)) return new TrainingOptions();

        // Without a colon, .NET would take "30" for thirty days.
        return limit.Contains(':') && TimeSpan.TryParse(limit, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero && time <= Longest
            ? new TrainingOptions { Limit = time }
            : throw new FormatException($"{SettingNames.TrainingLimit}: expected a time up to 24 days, as \"hh:mm:ss\", found '{limit}'.");
    }
}
