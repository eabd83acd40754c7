using System.Text;
using Serverless.Csv.Records;
using Serverless.Csv.Text;

namespace Serverless.Csv.Tests.Formats;

/// <summary>Reads a stored file through <see cref="CsvSource"/>, as production does.</summary>
internal static class SourceText
{
    public static async Task<SourceRecords> ReadAsync(byte[] bytes, string? sheet = null)
    {
        await using var file = await CsvSource.OpenAsync(
            new MemoryStream(bytes), TestContext.Current.CancellationToken, sheet: sheet);
        var csv = file.Csv;
        var (records, lines) = (new List<string[]?>(), new List<long>());
        do
        {
            while (csv.TryRead())
            {
                lines.Add(csv.Line);
                records.Add(csv.Fault == QuoteFault.None
                    ? [.. Enumerable.Range(0, csv.FieldCount).Select(i => Encoding.UTF8.GetString(csv.Field(i)))]
                    : null);
            }
        }
        while (await csv.FillAsync(TestContext.Current.CancellationToken));
        return new SourceRecords(records, lines, csv.Notes, csv.Damage);
    }
}

internal sealed record SourceRecords(
    List<string[]?> Records, List<long> Lines, IReadOnlyList<CsvNote> Notes, CsvDamage? Damage)
{
    /// <summary>Fields between bars, records between slashes.</summary>
    public string Text => string.Join('/', Records.Select(r => r is null ? "?" : string.Join('|', r)));
}
