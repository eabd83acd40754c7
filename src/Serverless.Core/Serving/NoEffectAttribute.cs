using System.ComponentModel.DataAnnotations;

namespace Serverless.Core.Serving;

/// <summary>Refuses any value but 0 of a setting that is kept only to tell those who still use it.</summary>
/// <param name="why">Why it has no effect, as part of a sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoEffectAttribute(string why) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is 0 ? ValidationResult.Success : new ValidationResult(
            $"{validationContext.MemberName}: the setting has no effect any more, {why}; "
            + $"expected it to be removed, found {value}.");
}
