using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Values;

public class ValueTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-12", -12)]
    [InlineData("+1.25e-3", 0.00125)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1E5", 100000)]
    [InlineData("123456789012345678901234567890", 1.2345678901234568e29)]
    [InlineData("0.1234567890123456789", 0.12345678901234568)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("1e-400", 0)]
    public void A_decimal_number_is_read(string text, double expected)
    {
        Assert.True(Utf8NumberParser.TryParse(CsvText.Utf8(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1,5")]
    [InlineData("1 000")]
    [InlineData("0x10")]
    [InlineData("inf")]
    [InlineData("NaN")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("12a")]
    [InlineData("٣")]
    public void Other_texts_are_no_numbers(string text) =>
        Assert.False(Utf8NumberParser.TryParse(CsvText.Utf8(text), out _));

    [Fact]
    public void Any_double_is_read_as_the_runtime_reads_it()
    {
        var random = new SplitMix64(11);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.UInt64BitsToDouble(random.NextUInt64());
            if (!double.IsFinite(value)) continue;
            foreach (var text in new[]
            {
                value.ToString("R", CultureInfo.InvariantCulture),
                (value % 1e6).ToString("0.######", CultureInfo.InvariantCulture),
                ((random.NextInt32(2_000_000) - 1_000_000) / 100.0).ToString(CultureInfo.InvariantCulture),
            })
            {
                Assert.True(Utf8NumberParser.TryParse(CsvText.Utf8(text), out var read), text);
                Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), read);
            }
        }
    }

    [Fact]
    public void A_number_with_text_behind_it_is_read_as_it_is_without()
    {
        var random = new SplitMix64(11);
        for (var i = 0; i < 200_000; i++)
        {
            var characters = new byte[random.NextInt32(20)];
            foreach (ref var c in characters.AsSpan()) c = (byte)"00123456789123456789.-+e"[random.NextInt32(24)];
            byte[] padded = [.. characters, .. "7.5e3,123456789012345"u8];

            var isNumber = Utf8NumberParser.TryParse(characters, out var expected);
            Assert.Equal(isNumber, Utf8NumberParser.TryParsePadded(padded.AsSpan(0, characters.Length), out var value));
            if (isNumber) Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
        }
    }

    [Theory]
    [InlineData("2012-01-31", "2012-01-31T00:00:00.0000000Z")]
    [InlineData("2012-01-31T10:20:30Z", "2012-01-31T10:20:30.0000000Z")]
    [InlineData("2012-01-31 10:20", "2012-01-31T10:20:00.0000000Z")]
    [InlineData("2001/01/01 00:47", "2001-01-01T00:47:00.0000000Z")]
    [InlineData("2012-02-29T23:59:59.1234567", "2012-02-29T23:59:59.1234567Z")]
    [InlineData("2012-01-31T10:20:30+02:00", "2012-01-31T08:20:30.0000000Z")]
    [InlineData("2012-01-31T22:20-0530", "2012-02-01T03:50:00.0000000Z")]
    public void A_timestamp_is_read_as_UTC(string text, string expected)
    {
        Assert.True(TimestampText.TryParse(CsvText.Utf8(text), out var ticks));
        Assert.Equal(expected, new DateTime(ticks, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2012-13-01")]
    [InlineData("2011-02-29")]
    [InlineData("2012-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("2012-1-1")]
    [InlineData("2012-01/01")]
    [InlineData("2012-01-01T24:00")]
    [InlineData("2012-01-01T10:60")]
    [InlineData("2012-01-01T10:20:")]
    [InlineData("2012-01-01T10:20:30.")]
    [InlineData("2012-01-01T10:20+")]
    [InlineData("2012-01-01T10:20 ")]
    [InlineData("0001-01-01T00:00+01:00")]
    [InlineData("9999-12-31T23:59-01:00")]
    [InlineData("20120101")]
    public void Other_texts_are_no_timestamps(string text) =>
        Assert.False(TimestampText.TryParse(CsvText.Utf8(text), out _));

    [Fact]
    public void Any_text_is_a_number_or_none_as_the_runtime_has_it() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20260101, 19),
        Prop.ForAll(
            Gen.Elements("0123456789-/:.TZ+ eEtn".ToCharArray()).ArrayOf().ToArbitrary(),
            characters =>
            {
                var text = CsvText.Utf8(new string(characters));
                var isNumber = Utf8NumberParser.TryParse(text, out var value);
                return isNumber == (double.TryParse(
                    text, NumberStyles.Float, CultureInfo.InvariantCulture, out var theirs)
                    && characters[^1] != ' ' && characters[0] != ' ') && (!isNumber || value == theirs);
            }));

    [Fact]
    public void Any_text_is_a_moment_or_none() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20260101, 23),
        Prop.ForAll(
            Gen.Elements("2012-01-31", "1999/12/01", "T", " ", "10:20", ":30", ".5", "Z", "+01:00", "-", "9").ArrayOf()
                .ToArbitrary(),
            parts =>
            {
                var isMoment = TimestampText.TryParse(CsvText.Utf8(string.Concat(parts)), out var ticks);
                return !isMoment
                    || (ticks > 0 && new DateTime(ticks, DateTimeKind.Utc).Year is 1998 or 1999 or 2011 or 2012);
            }));

    [Theory]
    [InlineData("", true)]
    [InlineData("?", true)]
    [InlineData("NA", true)]
    [InlineData("n/a", true)]
    [InlineData("NULL", true)]
    [InlineData("nan", true)]
    [InlineData("None", true)]
    [InlineData("none", false)]
    [InlineData("-", true)]
    [InlineData("#DIV/0!", true)]
    [InlineData("#BEZUG!", true)]
    [InlineData("#FF0000", false)]
    [InlineData("-5", false)]
    [InlineData("<NA>", true)]
    [InlineData("NaT", true)]
    [InlineData("\\N", true)]
    [InlineData("nil", false)]
    public void Missing_values_have_fixed_markers(string text, bool missing) =>
        Assert.Equal(missing, MissingText.Is(CsvText.Utf8(text)));
}
