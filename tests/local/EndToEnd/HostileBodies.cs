using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Request bodies as no client should send them.</summary>
internal static class HostileBodies
{
    public const string GoodRow =
        """{"id": "a-1", "when": "2026-03-01T10:00:00Z", "amount": 12.5, "size": 3, "colour": "red", "member": true}""";

    public const string GoodOutcome = """{"id": "a-1", "label": "yes"}""";

    private static readonly string[] _values =
    [
        "null", "true", "false", "0", "-0", "1e999", "-1e999", "1e-999", "1e308", "3.5e38",
        "123456789012345678901234567890", "1.",
        ".5", "+1", "01", "0x10", "NaN", "Infinity", "-Infinity", "\"\"", "\" \"", "\"NaN\"", "\"12,5\"", "\"\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"a\nb\"", "\"not closed", "'red'", "[]", "[1]", "{}",
        "{\"a\": 1}",
        "\"2026-13-45\"", "\"0000-00-00\"", "\"9999-12-31T23:59:60Z\"", "undefined",
        "\"" + new string('x', 100_000) + "\"",
        new string('9', 50_000), new string('[', 1000) + new string(']', 1000),
    ];

    private static readonly string[] _wholes =
    [
        "", " ", "\n", "null", "true", "1", "\"text\"", "[]", "[[]]", "[null]", "[1, 2]", "[\"a\"]", "[[{}]]", "{", "}",
        "[", "]", "{]",
        "[{}", "{}{}", "{} x", "{},", "[{},]", "{\"amount\"}", "{\"amount\":}", "{amount: 1}", "{'amount': 1}", "// x",
        "{\"amount\": 1, }",
        "{\"\": 1}", "{\"\\ud800\": 1}", "{\"amount\\u0000\": 1}", "{\"unknown\": 1}", "{\"AMOUNT\": 1}",
        "{\"a/b~c\": 1}",
        "<xml/>", "amount=1", "\0\0\0\0", "\uFEFF{}", "{\"amount\": 1, \"amount\": 2}", "{\"id\": 1, \"id\": 2}",
        "{\"__proto__\": {}}", "{\"$type\": \"System.Object\"}", "{\"$ref\": \"#\"}",
    ];

    /// <summary>
    /// At least 200 bodies around a good one: whole ones, each field with each value, and the good one damaged.
    /// </summary>
    public static IEnumerable<byte[]> Around(string good, string[] fields, SplitMix64 random)
    {
        foreach (var whole in _wholes) yield return Encoding.UTF8.GetBytes(whole);
        foreach (var field in fields)
        {
            foreach (var value in _values)
            {
                var one = $"{{\"{field}\": {value}, " + good.Trim()[1..];
                yield return Encoding.UTF8.GetBytes(one);
                // Without the good value of that field: a field that comes twice would hide what is said of the value.
                yield return Encoding.UTF8.GetBytes(Without(good, field, value));
            }
        }

        var bytes = Encoding.UTF8.GetBytes($"[{good}, {good}]");
        for (var i = 0; i < 100; i++) yield return Damage(bytes, i, random);
        yield return [0xEF, 0xBB, 0xBF, .. bytes];
        yield return Encoding.Unicode.GetBytes(good);
        yield return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0];
        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 1000)));
        yield return Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{}", 20_000)) + "]");
    }

    private static string Without(string good, string field, string value)
    {
        var others = good.Trim()[1..^1].Split(", ").Where(
            f => !f.StartsWith($"\"{field}\":", StringComparison.Ordinal));
        return $"{{{string.Join(", ", others.Append($"\"{field}\": {value}"))}}}";
    }

    private static byte[] Damage(byte[] bytes, int kind, SplitMix64 random)
    {
        var at = random.NextInt32(bytes.Length);
        var until = at + random.NextInt32(bytes.Length - at);
        byte[] junk = [.. Enumerable.Range(0, 1 + random.NextInt32(8)).Select(_ => (byte)random.NextInt32(256))];
        return (kind % 5) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. junk, .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[until..]],
            3 => [.. bytes[..until], .. bytes[at..]],
            _ => [.. bytes[..at], .. junk, .. bytes[Math.Min(bytes.Length, at + junk.Length)..]],
        };
    }
}
