namespace Serverless.Core.Serving;

/// <summary>
/// Finds half a surrogate pair, which JSON can escape but text cannot contain. The JSON reader accepts it and throws an
/// <see cref="InvalidOperationException"/> only when the name or value is read as text.
/// </summary>
public static class Surrogates
{
    private const int EscapeLength = 6;

    /// <summary>Returns the error of a body with an unpaired surrogate; null without one.</summary>
    /// <param name="json">UTF-8; may be invalid JSON.</param>
    /// <remarks>The error gives the 1-based byte at which the name or the value begins.</remarks>
    public static FieldError? FindLone(ReadOnlySpan<byte> json)
    {
        var (start, isInside) = (0, false);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
            {
                isInside = !isInside;
                if (isInside) start = i;
            }

            if (json[i] != '\\') continue;
            if (Unit(json[i..]) is not { } unit)
            {
                i++; // a short escape such as \n or \"
                continue;
            }

            i += EscapeLength - 1;
            if (!char.IsSurrogate(unit)) continue;
            var next = Unit(json[(i + 1)..]);
            if (!char.IsHighSurrogate(unit) || next is not { } low || !char.IsLowSurrogate(low))
            {
                return new FieldError("", "surrogates in pairs", $"one without the other, at byte {start + 1}");
            }

            i += EscapeLength;
        }

        return null;
    }

    /// <summary>
    /// The UTF-16 code unit of an escape such as <c>\ud800</c>; null if the text does not begin with one.
    /// </summary>
    private static char? Unit(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u'
        && ushort.TryParse(
            json[2..EscapeLength],
            System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture,
            out var unit)
            ? (char)unit
            : null;
}
