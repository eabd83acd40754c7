using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Serverless.Core.Serving;

/// <summary>
/// Validates the range of a whole number or a time, if it is set. Unlike <see cref="RangeAttribute"/>, its message includes the value
/// found.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LimitsAttribute : ValidationAttribute
{
    private readonly IComparable _min;
    private readonly IComparable? _max;

    public LimitsAttribute(int min)
        : this(min, max: (IComparable?)null)
    {
    }

    /// <param name="max">Null for no upper limit.</param>
    public LimitsAttribute(string min, string? max = null)
        : this(Time(min), max is null ? null : (IComparable)Time(max))
    {
    }

    private LimitsAttribute(IComparable min, IComparable? max) => (_min, _max) = (min, max);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is null) return ValidationResult.Success;
        if (_min.CompareTo(value) <= 0 && (_max is null || _max.CompareTo(value) >= 0)) return ValidationResult.Success;
        var expected = _max is null ? $"at least {_min}" : $"{_min} to {_max}";
        return new ValidationResult($"{validationContext.MemberName}: expected {expected}, found {value}.");
    }

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
