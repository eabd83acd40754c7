using System.Globalization;
using System.Text;
using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Values;

public class Avx512NumberParserTests
{
    [Fact]
    public void Eight_numbers_are_read_as_one_by_one_or_left_alone()
    {
        Assert.SkipUnless(Avx512NumberParser.IsSupported, "The processor has no vectors of 512 bits.");
        var random = new SplitMix64(7);
        var read = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var texts = new string[Avx512NumberParser.Count];
            foreach (ref var text in texts.AsSpan())
            {
                text = string.Concat(Enumerable.Range(0, random.NextInt32(19))
                    .Select(_ => "0123456789123456789.-+e ,"[random.NextInt32(25)]));
                if (random.NextInt32(2) == 0) text = Number(random);
            }

            var values = Read(texts, out var plain);
            for (var n = 0; n < texts.Length; n++)
            {
                if ((plain & (1u << n)) == 0) continue;
                Assert.True(Utf8NumberParser.TryParse(CsvText.Utf8(texts[n]), out var expected), texts[n]);
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(values[n]));
                read++;
            }
        }

        Assert.InRange(read, 300_000, 400_000);
    }

    [Fact]
    public void What_most_numbers_look_like_is_read()
    {
        Assert.SkipUnless(Avx512NumberParser.IsSupported, "The processor has no vectors of 512 bits.");

        var values = Read(["0", "-0", "-.5", "1.5219693", "-0.77149874", "123456789012345", "0.1234567890123",
            "-99999999999.99"], out var plain);

        Assert.Equal(Avx512NumberParser.All, plain);
        Assert.Equal(
            [0, -0.0, -0.5, 1.5219693, -0.77149874, 123456789012345, 0.1234567890123, -99999999999.99], values);
        Assert.True(double.IsNegative(values[1]));
    }

    [Fact]
    public void One_that_is_left_alone_does_not_touch_its_neighbours()
    {
        Assert.SkipUnless(Avx512NumberParser.IsSupported, "The processor has no vectors of 512 bits.");
        foreach (var odd in new[] { "", "-", ".", "-.", "5.", "+5", "1e5", "1.2.3", "..", "--1", "1-", "..1", "1..2",
            "x", "999999999999999999999", "1234567890123456", ".123456789012345", "?", "NA" })
        {
            for (var place = 0; place < Avx512NumberParser.Count; place++)
            {
                string[] texts = ["1", "2.5", "-3", "4.25", "-5.5", "6", ".7", "888888888888.88"];
                texts[place] = odd;

                var values = Read(texts, out var plain);

                Assert.Equal(Avx512NumberParser.All ^ (1u << place), plain);
                for (var i = 0; i < texts.Length; i++)
                {
                    if (i != place) Assert.Equal(double.Parse(texts[i], CultureInfo.InvariantCulture), values[i]);
                }
            }
        }
    }

    private static string Number(SplitMix64 random)
    {
        var value = BitConverter.Int32BitsToSingle((int)random.NextUInt64());
        return random.NextInt32(3) switch
        {
            0 => (value % 1e4f).ToString("0.########", CultureInfo.InvariantCulture),
            1 => random.NextInt32(1_000_000).ToString(CultureInfo.InvariantCulture),
            _ => ((random.NextDouble() - 0.5) * 10).ToString("R", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Concatenates the texts and reads them in a shuffled order.</summary>
    private static double[] Read(string[] texts, out uint plain)
    {
        var text = new StringBuilder("1234567890123456");
        var places = new CsvTokenizer.FieldPlace[texts.Length];
        int[] firsts = [3, 1, 4, 0, 5, 2, 7, 6];
        for (var i = 0; i < texts.Length; i++)
        {
            places[firsts[i]] = new CsvTokenizer.FieldPlace(text.Length, texts[i].Length);
            text.Append(texts[i]).Append(i % 2 == 0 ? ',' : '7');
        }

        var bytes = CsvText.Utf8(text.ToString());
        plain = Avx512NumberParser.Read(ref bytes[0], ref places[0], ref firsts[0], out var values);
        var numbers = new double[texts.Length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = values[i];
        return numbers;
    }
}
