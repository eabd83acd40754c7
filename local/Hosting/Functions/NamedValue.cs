using System.Globalization;
using System.Reflection;

namespace Serverless.Local.Hosting.Functions;

/// <summary>Converts a part of a route or of a blob's path to the parameter of that name.</summary>
internal static class NamedValue
{
    public static bool Supports(Type type) =>
        type == typeof(string) || Number(type) == typeof(int) || Number(type) == typeof(long);

    /// <summary>Converts the text. Returns null, or why it does not fit.</summary>
    public static BindingError? TryConvert(ParameterInfo parameter, string? text, out object? value)
    {
        value = null;
        if (text is null)
        {
            if (parameter.HasDefaultValue) value = parameter.DefaultValue;
            return parameter.HasDefaultValue
                || !parameter.ParameterType.IsValueType
                || IsNullable(parameter.ParameterType)
                ? null
                : new BindingError(parameter.Name!, "a whole number", "nothing");
        }

        if (parameter.ParameterType == typeof(string)) value = text;
        else if (Number(parameter.ParameterType) == typeof(int)
            && int.TryParse(text, Style, Culture, out var i)) value = i;
        else if (Number(parameter.ParameterType) == typeof(long)
            && long.TryParse(text, Style, Culture, out var l)) value = l;
        return value is null ? new BindingError(parameter.Name!, "a whole number", $"'{text}'") : null;
    }

    private const NumberStyles Style = NumberStyles.AllowLeadingSign;

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static Type Number(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsNullable(Type type) => Nullable.GetUnderlyingType(type) is not null;
}

/// <summary>A value that does not fit its parameter.</summary>
public sealed record BindingError(string Parameter, string Expected, string Found)
{
    public string Message => $"{Parameter}: expected {Expected}, found {Found}.";
}
