using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Core.Training;

/// <summary>How training fits into a function's life.</summary>
public sealed record TrainingOptions : IValidatableObject
{
    /// <summary>
    /// How old a dropped file must be before a sweep asks for its run: until then its event may still be on its way, or
    /// its run going on.
    /// </summary>
    public static readonly TimeSpan EventGrace = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>
    /// How long one invocation reads and trains before it leaves the rest to the next one. What is left until
    /// host.json's <c>functionTimeout</c> is for comparing and registering the model, and for writing down how far it
    /// came.
    /// </summary>
    public TimeSpan Limit
    {
        get => Parse(TrainingLimit) ?? field;
        init;
    } = TimeSpan.FromMinutes(25);

    /// <summary>The app setting for <see cref="Limit"/>, as <c>hh:mm:ss</c>; null or empty: the default.</summary>
    public string? TrainingLimit { get; set; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(TrainingLimit) || Parse(TrainingLimit) is not null) yield break;
        yield return new ValidationResult(
            $"{nameof(TrainingLimit)}: expected a time up to 24 days, as \"hh:mm:ss\", found '{TrainingLimit}'.");
    }

    // Without a colon, .NET would take "30" for thirty days.
    private static TimeSpan? Parse(string? text) =>
        text?.Contains(':') == true && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
            && time > TimeSpan.Zero && time <= Longest
            ? time
            : null;
}

[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
