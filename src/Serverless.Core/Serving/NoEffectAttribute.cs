using System.ComponentModel.DataAnnotations;

namespace Serverless.Core.Serving;

/// <summary>Rejects any value but 0 of an obsolete setting, to inform its users.</summary>
/// <param name="why">Why it has no effect, as a clause.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoEffectAttribute(string why) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is 0 ? ValidationResult.Success : new ValidationResult(
            $"{validationContext.MemberName}: expected the setting to be removed, since {why}; found {value}.");
}
