using System.Text.RegularExpressions;

namespace Serverless.Core.Data;

/// <summary>
/// Tells from the numbers in files' names which is older, if they have the same pattern: <c>2025-06.csv</c> and
/// <c>2019-01.csv</c>, <c>data-9.csv</c> and <c>data-10.csv</c>.
/// </summary>
internal static partial class FileAge
{
    /// <summary>Negative if the first file is older; null if the names do not tell.</summary>
    public static int? Compare(string first, string second)
    {
        // Browsers name the second copy 'x (1).csv'.
        (first, second) = (Copy().Replace(first, ""), Copy().Replace(second, ""));
        if (!Pattern(first).Equals(Pattern(second), StringComparison.OrdinalIgnoreCase)) return null;

        var (a, b) = (Numbers(first), Numbers(second));
        // A year after day and month, 15-01-2025: which of the two is the day is ambiguous.
        if (a.Length > 1 && b.Length > 1 && IsYear(a[^1]) && IsYear(b[^1]) && !IsYear(a[0]) && !IsYear(b[0]))
        {
            var years = NaturalOrder.CompareNumbers(a[^1], b[^1]);
            return years != 0 ? years : a.Length == 2 ? NaturalOrder.CompareNumbers(a[0], b[0]) : null;
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (NaturalOrder.CompareNumbers(a[i], b[i]) is not 0 and var compared) return compared;
        }

        return 0;

        static string[] Numbers(string name) => [.. Digits().Matches(name).Select(m => m.Value)];

        static bool IsYear(string number) => number.Length == 4 && number[..2] is "19" or "20";
    }

    /// <summary>The name with a <c>#</c> in place of each number.</summary>
    public static string Pattern(string name) => Digits().Replace(Copy().Replace(name, ""), "#");

    [GeneratedRegex(@" ?\([0-9]+\)(?=\.|$)")]
    private static partial Regex Copy();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
