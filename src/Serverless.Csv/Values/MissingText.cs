namespace Serverless.Csv.Values;

/// <summary>
/// Texts that stand for a missing value: empty, <c>?</c>, and NA, N/A, null, NaN in any case. 'None' is a category.
/// </summary>
public static class MissingText
{
    public static bool Is(ReadOnlySpan<byte> text) => text.Length switch
    {
        0 => true,
        1 => text[0] == '?',
        2 => Matches(text, "na"u8),
        3 => Matches(text, "n/a"u8) || Matches(text, "nan"u8),
        4 => Matches(text, "null"u8),
        _ => false,
    };

    private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lower);
}
