using System.Globalization;
using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Csv.Tests.Values;

/// <summary>Compares with .NET's text, if that round-trips.</summary>
public sealed class ShortestDoubleFormatterTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(-2.5)]
    [InlineData(100)]
    [InlineData(1234567)]
    [InlineData(123456789012345)]
    [InlineData(999999999999999)]
    [InlineData(1e15)]
    [InlineData(1234567890123456)]
    [InlineData(9007199254740991)]
    [InlineData(9007199254740993)]
    [InlineData(1e22)]
    [InlineData(0.001)]
    [InlineData(0.0001)]
    [InlineData(0.00012345)]
    [InlineData(0.00001)]
    [InlineData(1.25e-5)]
    [InlineData(1e-10)]
    [InlineData(1.2345678901234567e-20)]
    [InlineData(1e-22)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    public void A_number_is_written_as_dotnet_writes_it(double value) => Check(value);

    [Fact]
    public void So_are_powers_of_two_and_of_ten_and_their_neighbours()
    {
        for (var i = -200; i <= 200; i++)
        {
            foreach (var value in (double[])[Math.Pow(2, i), Math.Pow(10, i), 1 - Math.Pow(2, -Math.Abs(i))])
            {
                double[] nearby = [-0.0, value, Math.BitIncrement(value), Math.BitDecrement(value), -value];
                foreach (var near in nearby)
                {
                    Check(near);
                }
            }
        }
    }

    [Fact]
    public void So_are_probabilities_short_decimals_and_any_bits()
    {
        var random = new SplitMix64(11);
        for (var i = 0; i < 300_000; i++)
        {
            var share = random.NextDouble();
            Check(share);
            Check(1 - share);
            Check(share * share * share * share * share);
            Check((float)share);
            Check(Math.Round(share * 1e6) / Math.Pow(10, i % 12));
            Check((share - 0.5) * Math.Pow(10, i % 40 - 22));
            if (BitConverter.UInt64BitsToDouble(random.NextUInt64()) is var any && double.IsFinite(any)) Check(any);
        }
    }

    private static void Check(double value)
    {
        Span<byte> text = stackalloc byte[ShortestDoubleFormatter.MaxLength];
        var written = Encoding.UTF8.GetString(text[..ShortestDoubleFormatter.Write(text, value)]);
        var expected = value.ToString(CultureInfo.InvariantCulture);
        if (written == expected) return;

        // The double below a power of two is half as far: there .NET may drop a digit too many.
        Assert.Equal(0UL, BitConverter.DoubleToUInt64Bits(value) << 12);
        Assert.NotEqual(value, double.Parse(expected, CultureInfo.InvariantCulture));
        Assert.Equal(value, double.Parse(written, CultureInfo.InvariantCulture));
    }
}
