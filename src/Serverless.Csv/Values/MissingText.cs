using System.Text;

namespace Serverless.Csv.Values;

/// <summary>
/// Texts that stand for a missing value: empty, what pandas' <c>read_csv</c> takes for one, in any case but for
/// <c>None</c>, and what databases and spreadsheets export: <c>?</c>, <c>-</c>, <c>--</c>, <c>.</c>, <c>\N</c>,
/// <c>NaT</c>, <c>#DIV/0!</c>
/// and other errors of a formula.
/// </summary>
public static class MissingText
{
    private const int MaxBytes = 12;

    public static bool Is(ReadOnlySpan<byte> text) => text.Length switch
    {
        0 => true,
        > MaxBytes => false,
        1 => text[0] is (byte)'?' or (byte)'-' or (byte)'.',
        2 => Matches(text, "na"u8) || text.SequenceEqual("--"u8) || text.SequenceEqual(@"\N"u8),
        3 => Matches(text, "n/a"u8) || Matches(text, "nan"u8) || Matches(text, "nat"u8) || Matches(text, "#na"u8)
            || Matches(text, "#nv"u8) || text.SequenceEqual("—"u8) || text.SequenceEqual("–"u8),
        4 => Matches(text, "null"u8) || text.SequenceEqual("None"u8) || Matches(text, "#n/a"u8)
            || Matches(text, "#n/d"u8) || Matches(text, "<na>"u8)
            || Matches(text, "-nan"u8),
        _ => text[0] == '#' ? IsFormulaError(text) : text[0] is (byte)'-' or (byte)'1' && IsIndefinite(text),
    };

    /// <summary>A spreadsheet's error in any language: <c>#DIV/0!</c>, <c>#BEZUG!</c>, <c>#NOM?</c>.</summary>
    private static bool IsFormulaError(ReadOnlySpan<byte> text) =>
        (text[^1] is (byte)'!' or (byte)'?' && !text.Contains((byte)' ')) || Matches(text, "#n/a n/a"u8);

    /// <summary>As C runtimes of old print what is not a number.</summary>
    private static bool IsIndefinite(ReadOnlySpan<byte> text) =>
        Matches(text, "-1.#ind"u8) || Matches(text, "1.#ind"u8) || Matches(text, "-1.#qnan"u8)
            || Matches(text, "1.#qnan"u8);

    private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        Ascii.EqualsIgnoreCase(text, lower);
}
