using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class QuickRowReaderTests
{
    private const int Bodies = 20_000;

    private static readonly string[] _values =
    [
        "null", "true", "false", "0", "-0", "1.5", "-2.25e1", "10", "11", "1e999", "01", "1.", ".5", "+1", "1e",
        "3.0000000000000004", "\"red\"",
        "\"green\"", "\"mauve\"", "\"NA\"", "\"\"", "\"r\\u0065d\"", "\"é\"", "\"2026-03-01T08:00:00Z\"",
        "\"2026-03-01\"", "\"a\tb\"", "[]", "{}", "[1]",
        "123456789012345678901234567890", "0.1234567890123456789", "\"\\ud800\"", "\"x\"", "17",
    ];

    private static readonly string[] _names =
    [
        "key", "day", "flag", "size", "colour", "note", "y", "Size", "unknown", "s\\u0069ze", "columns", ""
    ];

    [Fact]
    public async Task What_the_quick_reader_takes_the_careful_one_takes_too_and_both_read_the_same()
    {
        await using var product = new Product();
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);
        var served = (await product.Get<ModelCache>().GetAsync("things", TestContext.Current.CancellationToken))!;
        var random = new SplitMix64(5);
        var (quick, careful, taken) = (new RequestRows(), new RequestRows(), 0);
        for (var i = 0; i < Bodies; i++)
        {
            var body = Encoding.UTF8.GetBytes(Body(random));
            if (random.NextInt32(3) == 0) body = Damage(body, random);
            quick.Begin(served.Encoder);
            careful.Begin(served.Encoder);
            if (!QuickRowReader.TryRead(served, body, 5, quick)) continue;
            taken++;
            var reader = new CarefulRowReader(served, 5, careful);
            var text = Encoding.UTF8.GetString(body);
            Assert.True(reader.Read(body), $"{text}\n{string.Join('\n', reader.Errors)}");
            Assert.Equal(careful.Count, quick.Count);
            for (var row = 0; row < quick.Count; row++)
            {
                Assert.True(quick.Slots(row).SequenceEqual(careful.Slots(row)), $"{text}, row {row}");
                Assert.Equal(careful.Id(row), quick.Id(row));
                Assert.True(quick.Source(row, body).SequenceEqual(careful.Source(row, body)), text);
            }
        }

        Assert.InRange(taken, Bodies / 20, Bodies);
    }

    [Fact]
    public void A_number_is_the_float_that_its_nearest_double_is()
    {
        var random = new SplitMix64(6);
        for (var i = 0; i < 200_000; i++)
        {
            var text = Number(random, i);
            var utf8 = Encoding.UTF8.GetBytes(text);
            var expected = double.Parse(text, CultureInfo.InvariantCulture);
            // With more text behind it, a short one is read another way.
            byte[] inRow = [.. utf8, .. ", \"f1\": 0.25 }  "u8];
            foreach (var (exact, body) in ((bool, byte[])[])
            [
                (true, utf8), (false, utf8), (true, inRow), (false, inRow)
            ])
            {
                var at = 0;
                Assert.True(JsonScan.TryNumber(body, ref at, exact, out var value), text);
                Assert.Equal(utf8.Length, at);
                if (exact) Assert.Equal(expected, value);
                Assert.Equal((float)expected, (float)value);
            }
        }
    }

    [Fact]
    public void What_is_a_number_of_JSON_is_one_wherever_it_stands_and_nothing_else()
    {
        var numbers = 0;
        foreach (var text in Texts("-017.eE+x", length: 5).Concat(Texts("-07.e", length: 7)))
        {
            var alone = Encoding.UTF8.GetBytes(text);
            byte[] inRow = [.. alone, .. ", \"f1\": 0.25 }"u8];
            var (isNumber, expected) = Json(alone);
            if (isNumber) numbers++;
            foreach (var body in (byte[][])[alone, inRow])
            {
                var at = 0;
                var isTaken = JsonScan.TryNumber(body, ref at, exact: true, out var value);
                // Of "1x" it takes the 1; what follows then is no comma.
                if (isNumber != (isTaken && at == alone.Length))
                {
                    Assert.Fail($"'{text}': a number of JSON: {isNumber}, taken: {isTaken}, up to {at}");
                }

                if (isNumber && !value.Equals(expected)) Assert.Fail($"'{text}': expected {expected}, found {value}");
            }
        }

        Assert.InRange(numbers, 1_000, 100_000);
    }

    private static IEnumerable<string> Texts(string letters, int length) => length == 0
        ? [""]
        : Texts(letters, length - 1).SelectMany(
            start => start.Length < length - 1 ? [start] : letters.Select(letter => start + letter).Prepend(start));

    private static (bool IsNumber, double Value) Json(byte[] text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            return reader.Read()
                && reader.TokenType == JsonTokenType.Number
                && reader.BytesConsumed == text.Length
                && !reader.Read()
                ? (true, double.Parse(text, CultureInfo.InvariantCulture))
                : (false, 0);
        }
        catch (JsonException)
        {
            return (false, 0);
        }
    }

    private static string Number(SplitMix64 random, int i)
    {
        var bits = BitConverter.Int64BitsToDouble((long)random.NextUInt64());
        var wide = double.IsFinite(bits) ? bits : 1.5;
        var near = (random.NextDouble() - 0.5) * 100;
        // The middle between two floats, and what is hardly beside it, is where a second rounding would show.
        var middle = ((double)(float)near + MathF.BitIncrement((float)near)) / 2;
        return (i % 5) switch
        {
            0 => wide.ToString("R", CultureInfo.InvariantCulture),
            1 => near.ToString("R", CultureInfo.InvariantCulture),
            2 => middle.ToString("F17", CultureInfo.InvariantCulture),
            3 => Math.BitIncrement(middle).ToString("R", CultureInfo.InvariantCulture),
            _ => near.ToString("F" + random.NextInt32(20), CultureInfo.InvariantCulture),
        };
    }

    private static string Body(SplitMix64 random)
    {
        var rows = Enumerable.Range(0, 1 + random.NextInt32(3)).Select(_ => Row(random));
        var space = random.NextInt32(4) == 0 ? "\n " : "";
        return random.NextInt32(2) == 0
            ? Row(random) + space
            : $"{space}[{space}{string.Join($"{space},{space}", rows)}{space}]{space}";
    }

    private static string Row(SplitMix64 random)
    {
        var fields = new List<string> { $"\"size\": {(random.NextInt32(8) == 0 ? Pick(random, _values) : "4.5")}" };
        for (var f = random.NextInt32(4); f > 0; f--)
        {
            // Mostly what fits, or hardly a body would be taken.
            var (name, value) = random.NextInt32(6) == 0
                ? (Pick(random, _names), Pick(random, _values))
                : Pick<(string, string)>(random, [
                    ("key", "\"k1\""), ("key", "17"), ("flag", "true"), ("flag", "null"), ("colour", "\"red\""),
                    ("colour", "\"NA\""),
                    ("day", "\"2026-03-01T08:00:00Z\""), ("note", "\"n\""), ("note", "-1.5e3"), ("y", "3")]);
            fields.Insert(random.NextInt32(fields.Count + 1), $"\"{name}\":{value}");
        }

        return $"{{{string.Join(random.NextInt32(2) == 0 ? "," : " , ", fields)}}}";
    }

    private static T Pick<T>(SplitMix64 random, T[] from) => from[random.NextInt32(from.Length)];

    private static byte[] Damage(byte[] body, SplitMix64 random)
    {
        var at = random.NextInt32(body.Length);
        switch (random.NextInt32(3))
        {
            case 0:
                return body[..at];
            case 1:
                body[at] = (byte)random.NextInt32(256);
                return body;
            default:
                return [.. body[..at], (byte)"{}[],:\"\\0e-. \t"[random.NextInt32(14)], .. body[at..]];
        }
    }
}
