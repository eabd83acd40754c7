using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

/// <summary>
/// A good file, mutated in hundreds of ways: each is either used with its bad rows counted, or refused with the place.
/// </summary>
public class MalformedCsvTests
{
    private static readonly (string Name, Func<byte[], SplitMix64, byte[]> Apply)[] _mutations =
    [
        ("cut off", (b, r) => b[..r.NextInt32(b.Length)]),
        ("bytes flipped", (b, r) => Each(b, r, 1 + r.NextInt32(20), (_, x) => (byte)x.NextInt32(256))),
        ("a zero byte", (b, r) => Each(b, r, 1, (_, _) => 0)),
        ("invalid UTF-8", (b, r) => Insert(b, r.NextInt32(b.Length), [0xC3, 0x28])),
        ("stray quotes", (b, r) => Many(b, r, "\""u8.ToArray())),
        ("doubled quotes", (b, r) => Many(b, r, "\"\""u8.ToArray())),
        ("stray delimiters", (b, r) => Many(b, r, ","u8.ToArray())),
        ("stray line ends", (b, r) => Many(b, r, "\n"u8.ToArray())),
        ("carriage returns", (b, r) => Many(b, r, "\r"u8.ToArray())),
        ("another delimiter on some lines", (b, r) => Lines(b, r, 8, l => l.Replace(',', ';'))),
        ("another delimiter throughout", (b, _) => Map(b, t => t.Replace(',', '|'))),
        ("header twice", (b, _) => Map(b, t => t[..(t.IndexOf('\n') + 1)] + t)),
        ("header within", (b, r) => Lines(b, r, 3, _ => "size,colour,sold,price")),
        ("no header", (b, _) => Map(b, t => t[(t.IndexOf('\n') + 1)..])),
        ("duplicated names", (b, _) => Map(b, t => "size,size" + t[t.IndexOf(",sold", StringComparison.Ordinal)..])),
        ("huge numbers", (b, r) => Lines(b, r, 5, l => new string('9', 1 + r.NextInt32(2000)) + l)),
        ("huge exponents", (b, r) => Lines(b, r, 5, l => l + "e" + r.NextInt32(100_000))),
        ("impossible dates", (b, r) => Lines(b, r, 5, l => l.Replace("2020-", "2020-9"))),
        ("short rows", (b, r) => Lines(b, r, 5, l => l[..l.IndexOf(',')])),
        ("long rows", (b, r) => Lines(b, r, 5, l => l + "," + l)),
        ("blank rows", (b, r) => Lines(b, r, 5, _ => new string(' ', r.NextInt32(5)))),
        ("missing labels", (b, r) => Lines(b, r, 5, l => l[..(l.LastIndexOf(',') + 1)])),
        ("rows of delimiters", (b, r) => Lines(b, r, 5, _ => ",,,")),
        ("lines in another order", (b, r) =>
            Map(b, t => string.Join('\n', t.Split('\n').OrderBy(_ => r.NextUInt64())))),
        ("gzip cut off", (b, r) => CsvText.Gzip(b) is var z ? z[..(2 + r.NextInt32(z.Length - 2))] : []),
        ("gzip with a byte changed", (b, r) => Each(CsvText.Gzip(b), r, 1, (old, _) => (byte)(old ^ 0x55))),
        ("half a byte order mark", (b, _) => [0xEF, 0xBB, .. b]),
        ("another encoding", (b, _) => Encoding.UTF32.GetBytes(Encoding.UTF8.GetString(b))),
    ];

    [Fact]
    public async Task Broken_files_are_used_with_counts_or_refused_with_the_place()
    {
        var good = CsvText.Utf8(CsvText.Shop(120));
        var schema = await CsvText.SchemaAsync(CsvText.Shop(120), CsvText.ShopDefinition);
        var refused = 0;
        var files = 0;
        for (var seed = 0; files < 336; seed++)
        {
            foreach (var (name, apply) in _mutations)
            {
                var bytes = apply(good, new SplitMix64((ulong)seed * 977));
                files++;
                Check(name, seed, await CsvText.DropAsync(bytes), bytes);
                var report = (await CsvText.ReadAsync(bytes, schema, CsvText.ShopDefinition)).Report;
                Check(name, seed, report, bytes);
                if (!report.Accepted) refused++;
            }
        }

        // Both outcomes must occur, or the mutations test nothing.
        Assert.InRange(refused, 50, files - 50);
    }

    private static void Check(string name, int seed, ValidationReport report, byte[] bytes)
    {
        var what = $"{name}, seed {seed}: {report.Rejection}";
        Assert.True(report.BadRows <= report.Rows, what);
        if (report.Accepted)
        {
            Assert.True(report.BadRows <= 0.05 * report.Rows, what);
            Assert.True(report.Rows >= DatasetReader.MinRows, what);
            Assert.Equal(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), report.ContentHash);
            if (report.BadRows > 0)
            {
                Assert.Contains(report.Anomalies, a => a.Row > 1 && a.Severity == AnomalySeverity.Error);
            }

            return;
        }

        Assert.Matches("^Expected .+, found .+\\.$", report.Rejection!.ReplaceLineEndings(" "));
        var anomaly = report.Anomalies.First(a => a.Row is null && a.Severity == AnomalySeverity.Error);
        Assert.Contains(anomaly.Found, report.Rejection);
    }

    private static byte[] Each(byte[] bytes, SplitMix64 random, int count, Func<byte, SplitMix64, byte> change)
    {
        var copy = (byte[])bytes.Clone();
        for (var i = 0; i < count; i++)
        {
            var at = random.NextInt32(copy.Length);
            copy[at] = change(copy[at], random);
        }

        return copy;
    }

    private static byte[] Insert(byte[] bytes, int at, byte[] inserted) =>
        [.. bytes[..at], .. inserted, .. bytes[at..]];

    private static byte[] Many(byte[] bytes, SplitMix64 random, byte[] inserted)
    {
        for (var count = 1 + random.NextInt32(8); count > 0; count--)
        {
            bytes = Insert(bytes, random.NextInt32(bytes.Length), inserted);
        }

        return bytes;
    }

    private static byte[] Map(byte[] bytes, Func<string, string> change) =>
        CsvText.Utf8(change(Encoding.UTF8.GetString(bytes)));

    /// <summary>Changes some rows, never the header.</summary>
    private static byte[] Lines(
        byte[] bytes, SplitMix64 random, int most, Func<string, string> change) => Map(bytes, text =>
    {
        var lines = text.TrimEnd().Split('\n');
        for (var count = 1 + random.NextInt32(most); count > 0; count--)
        {
            var at = 1 + random.NextInt32(lines.Length - 1);
            if (lines[at].Contains(',')) lines[at] = change(lines[at]);
        }

        return string.Join('\n', lines) + "\n";
    });
}
