using System.Globalization;
using System.Runtime.CompilerServices;

namespace Serverless.Core.Storage;

/// <summary>Blobs named by time: <c>{folder}/yyyy-MM-dd/HHmmssfff-….json</c>, in UTC.</summary>
internal static class DatedBlobs
{
    /// <param name="folder">With trailing '/'.</param>
    /// <param name="suffix">Distinguishes blobs of the same millisecond.</param>
    public static string Name(string folder, DateTimeOffset at, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(folder, at)}-{suffix}.json");

    /// <summary>Lists the names of blobs in a time span, in order.</summary>
    /// <param name="time">From an instant, to the millisecond, to the end of a day.</param>
    public static async IAsyncEnumerable<string> ListAsync(
        BlobStore store,
        string folder,
        (DateTimeOffset From, DateTimeOffset Until) time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = Prefix(folder, time.From);
        for (var day = time.From.UtcDateTime.Date; day <= time.Until.UtcDateTime; day = day.AddDays(1))
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"{folder}{day:yyyy-MM-dd}/");
            await foreach (var blob in store.ListAsync(prefix, cancellationToken))
            {
                if (string.CompareOrdinal(blob.Name, first) >= 0) yield return blob.Name;
            }
        }
    }

    private static string Prefix(string folder, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder}{at.UtcDateTime:yyyy-MM-dd}/{at.UtcDateTime:HHmmssfff}");
}
