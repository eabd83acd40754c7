using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Csv.Tests.Values;

public sealed class FewDecimalsTests
{
    [Theory]
    [InlineData(0.25, "0.25")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(1200, "1200")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1234567.00000001, "1234567.00000001")]
    [InlineData(12345678.00000001, null)]
    [InlineData(99_999_999_999, "99999999999")]
    [InlineData(0, null)]
    [InlineData(-0.0, null)]
    [InlineData(0.00001, null)]
    [InlineData(1e15, null)]
    [InlineData(double.NaN, null)]
    [InlineData(double.NegativeInfinity, null)]
    [InlineData(double.MaxValue, null)]
    [InlineData(0.1 + 0.2, null)]
    public void A_number_of_few_decimals_is_written_and_others_are_left(double value, string? expected)
    {
        Span<byte> text = stackalloc byte[ShortestDoubleFormatter.MaxLength];

        Assert.Equal(expected is not null, FewDecimals.TryWrite(text, value, out var length));
        Assert.Equal(expected ?? "", Encoding.ASCII.GetString(text[..length]));
    }

    [Fact]
    public void The_text_is_that_of_the_shortest_formatter()
    {
        var random = new SplitMix64(3);
        Span<byte> few = stackalloc byte[ShortestDoubleFormatter.MaxLength];
        Span<byte> shortest = stackalloc byte[ShortestDoubleFormatter.MaxLength];
        var written = 0;
        for (var i = 0; i < 400_000; i++)
        {
            var value = (random.NextInt32(2_000_000_000) - 1_000_000_000) / Math.Pow(10, random.NextInt32(10));
            if (i % 3 == 0) value *= random.NextInt32(1_000);
            if (!FewDecimals.TryWrite(few, value, out var length)) continue;
            written++;
            var expected = ShortestDoubleFormatter.Write(shortest, value);
            Assert.Equal(Encoding.ASCII.GetString(shortest[..expected]), Encoding.ASCII.GetString(few[..length]));
        }

        Assert.True(written > 200_000, $"{written} numbers were written");
    }
}
