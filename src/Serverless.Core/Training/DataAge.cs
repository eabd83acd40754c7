using System.Globalization;
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
internal static class DataAge
{
    /// <param name="files">The candidate's files.</param>
    /// <returns>One sentence; null unless the candidate's data is known to be older.</returns>
    public static string? FindOlder(Manifest champion, PreparedData data, IReadOnlyList<LineageFile> files)
    {
        var than = $"older than that of the champion, version {champion.Version}";
        if (champion.DataUntil is { } its && data.Until is { } ours
            && champion.Schema.TimeColumns.SequenceEqual(data.Schema.TimeColumns))
        {
            return ours < its ? $"this version's newest data, up to {Text(ours)}, is {than}, up to {Text(its)}." : null;
        }

        var (name, championName) = (FileName(files, champion.Model), FileName(champion.Data, champion.Model));
        return FileAge.Compare(name, championName) < 0
            ? $"this version's newest data, {name}, is {than}, {championName}."
            : null;
    }

    private static string FileName(IReadOnlyList<LineageFile> files, string model) =>
        files[^1].Name[BlobPaths.DatasetsOf(model).Length..];

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
