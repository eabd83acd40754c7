using System.Globalization;
using System.IO.Compression;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Data files and model.json as nobody should drop them.</summary>
internal static class HostileFiles
{
    private static readonly string[] _junk =
    [
        "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\0", "NaN", "1e999", "-", "=1+1", "\uFEFF", "💩", "\u202E",
        "\"a\nb\"", " ", "null", "?",
    ];

    private static readonly string[] _wrong =
    [
        "{}", "[1]", "[[]]", "\"nonsense\"", "1e999", "-7", "true", "\" \"", "\"\"",
    ];

    private static readonly string[] _settings =
    [
        "header", "columns", "label", "task", "features", "time", "id", "metric", "validation", "training", "rollout",
        "freshness", "drift",
    ];

    /// <summary>A good file with the columns a, b and y.</summary>
    public static string Good(SplitMix64 random, int rows)
    {
        var csv = new StringBuilder("a,b,y\n");
        for (var i = 0; i < rows; i++)
        {
            var (a, b) = (random.NextDouble(), random.NextInt32(7));
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{a:F3},{b},{(a + (b / 7.0) + (0.3 * random.NextDouble()) > 1 ? "yes" : "no")}\n");
        }

        return csv.ToString();
    }

    /// <summary>A good file, broken in one way after the other.</summary>
    public static IEnumerable<byte[]> Broken(string good, int count, SplitMix64 random)
    {
        var bytes = Encoding.UTF8.GetBytes(good);
        for (var i = 0; i < count; i++)
        {
            var at = random.NextInt32(bytes.Length);
            var until = at + random.NextInt32(bytes.Length - at);
            yield return (i % 12) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], .. bytes[until..]],
                2 => Insert(
                    bytes, Encoding.UTF8.GetBytes(_junk[i / 12 % _junk.Length]), 1 + random.NextInt32(40), random),
                3 => Insert(bytes, [(byte)(128 + random.NextInt32(128))], 1, random),
                4 => Encoding.UTF8.GetBytes(
                    good.Replace("y\n", $"{_junk[i / 12 % _junk.Length]}\n", StringComparison.Ordinal)),
                5 => Encoding.UTF8.GetBytes(
                    good[(good.IndexOf('\n', StringComparison.Ordinal) + 1 + random.NextInt32(9))..]),
                6 => Encoding.Unicode.GetBytes(good[..(at / 2)]),
                7 => Damaged(bytes, random),
                8 => [.. bytes, .. "x,"u8, .. new byte[1 + random.NextInt32(99)].Select(_ => (byte)'9'), .. "\n\""u8],
                9 => Encoding.UTF8.GetBytes(good.Replace('\n', '\r')[..at]),
                10 =>
                [
                    .. bytes[..at], .. Enumerable.Repeat((byte)'x', 1_100_000 + random.NextInt32(9)), .. bytes[at..]
                ],
                _ => [.. Enumerable.Range(0, 1 + at).Select(_ => (byte)random.NextInt32(256))],
            };
        }
    }

    /// <summary>At least 50 files that are no model.json, and what their refusal must name.</summary>
    public static IEnumerable<(byte[] Json, string Place)> Definitions()
    {
        foreach (var setting in _settings)
        {
            foreach (var value in _wrong)
            {
                // Names of columns may be any text, and a header may be true.
                var fits = (setting is "label" or "time" or "id" && value is "\"nonsense\"")
                    || (setting, value) is ("header", "true")
                    || (value == "{}"
                        && setting is "validation" or "training" or "rollout" or "freshness" or "drift"
                        && value == "{}");
                if (!fits) yield return (Encoding.UTF8.GetBytes($"{{\"{setting}\": {value}}}"), setting);
            }
        }

        const string good = """{"label": "y", "training": {"trials": 1, "trainers": ["linear"]}}""";
        for (var cut = 0; cut < good.Length; cut += 3) yield return (Encoding.UTF8.GetBytes(good[..cut]), "model.json");
        foreach (var (json, place) in ((string, string)[])[
            ("""{"labell": "y"}""", "labell"), ("""{"label": "y", "label": "b"}""", "label"),
            ("""{"training": {"trials": 0}}""", "training.trials"),
            ("""{"training": {"trials": 1.5}}""", "training.trials"),
            ("""{"training": {"trainers": ["magic"]}}""", "magic"),
            ("""{"training": {"window": {"files": 0}}}""", "training.window.files"),
            ("""{"validation": {"holdout": 0.9}}""", "validation.holdout"),
            ("""{"features": [{"type": "numeric"}]}""", "features[0]"),
            ("""{"features": [{"name": "a", "range": {"min": 2, "max": 1}}]}""", "features[0]"),
            ("""{"label": "nothing"}""", "nothing"), ("""{"label": "\ud800"}""", "line 1, byte 11"),
            ("""{"\udc00": 1}""", "line 1, byte 2"), ("null", "model.json"), ("[]", "model.json"), ("42", "model.json"),
            (new string('[', 5000), "model.json"), ("{\"label\": " + new string('9', 9000) + "}", "label"),
            (good + good, "model.json"),
            (good + new string(' ', 2_000_000), "model.json")])
        {
            yield return (Encoding.UTF8.GetBytes(json), place);
        }

        yield return ([0xFF, 0xFE, 0, 0], "model.json");
        yield return ([.. "{\"label\": \""u8, 0xC3, 0x28, .. "\"}"u8], "model.json");
    }

    private static byte[] Insert(byte[] bytes, byte[] junk, int times, SplitMix64 random)
    {
        for (; times > 0; times--)
        {
            var at = random.NextInt32(bytes.Length);
            bytes = [.. bytes[..at], .. junk, .. bytes[at..]];
        }

        return bytes;
    }

    /// <summary>A gzip file that ends early, or in which a byte has changed.</summary>
    private static byte[] Damaged(byte[] bytes, SplitMix64 random)
    {
        using var file = new MemoryStream();
        using (var zip = new GZipStream(file, CompressionLevel.Fastest)) zip.Write(bytes);
        var zipped = file.ToArray();
        var at = 10 + random.NextInt32(zipped.Length - 10);
        if (random.NextInt32(2) == 0) return zipped[..at];
        zipped[at] ^= 0x55;
        return zipped;
    }
}
