using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>
/// Whether a candidate learned from older data than the champion: it would be better on its own, outdated rows.
/// Compares the newest values of the time column, if both have one; else the numbers in the newest files' names, if
/// these have the same pattern (<c>2025-06.csv</c> and <c>2019-01.csv</c>, <c>data-9.csv</c> and <c>data-10.csv</c>).
/// Otherwise files count in order of arrival.
/// </summary>
internal static partial class DataAge
{
    /// <param name="files">The candidate's files.</param>
    /// <returns>One sentence; null unless the candidate's data is known to be older.</returns>
    public static string? FindOlder(Manifest champion, PreparedData data, IReadOnlyList<LineageFile> files)
    {
        var than = $"older than that of the champion, version {champion.Version}";
        if (champion.DataUntil is { } its && data.Until is { } ours && champion.Schema.TimeColumns.SequenceEqual(data.Schema.TimeColumns))
        {
            return ours < its ? $"this version's newest data, up to {Text(ours)}, is {than}, up to {Text(its)}." : null;
        }

        var (name, championName) = (FileName(files, champion.Model), FileName(champion.Data, champion.Model));
        return CompareNames(name, championName) < 0
            ? $"this version's newest data, {name}, is {than}, {championName}."
            : null;
    }

    /// <summary>Negative if the first file is older; null if the names do not tell.</summary>
    public static int? CompareNames(string first, string second)
    {
        // Browsers name the second copy 'x (1).csv'.
        (first, second) = (Copy().Replace(first, ""), Copy().Replace(second, ""));
        if (!Digits().Replace(first, "#").Equals(Digits().Replace(second, "#"), StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

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

    private static string FileName(IReadOnlyList<LineageFile> files, string model) =>
        files[^1].Name[BlobPaths.DatasetsOf(model).Length..];

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(@" ?\([0-9]+\)(?=\.|$)")]
    private static partial Regex Copy();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
