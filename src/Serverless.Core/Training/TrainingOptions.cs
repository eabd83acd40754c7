using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Core.Training;

/// <summary>Time limits of training in a function.</summary>
public sealed record TrainingOptions : IValidatableObject
{
    /// <summary>
    /// Min age of a dropped file before a sweep requests its run: until then its event may be on its way, or its run in
    /// progress.
    /// </summary>
    public static readonly TimeSpan EventGrace = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>
    /// Max time that one invocation reads and trains before leaving the rest to the next one. The time left until
    /// host.json's <c>functionTimeout</c> is for judging and registering the model, or saving the progress.
    /// </summary>
    public TimeSpan Limit
    {
        get => Parse(TrainingLimit) ?? field;
        init;
    } = TimeSpan.FromMinutes(25);

    /// <summary>App setting of <see cref="Limit"/>, as <c>hh:mm:ss</c>; the default if null or empty.</summary>
    public string? TrainingLimit { get; set; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(TrainingLimit) || Parse(TrainingLimit) is not null) yield break;
        yield return new ValidationResult(
            $"{nameof(TrainingLimit)}: expected a time up to 24 days, as \"hh:mm:ss\", found '{TrainingLimit}'.");
    }

    // Requires a colon: .NET parses "30" as thirty days.
    private static TimeSpan? Parse(string? text) =>
        text?.Contains(':') == true && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
            && time > TimeSpan.Zero && time <= Longest
            ? time
            : null;
}

[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
