using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Csv.Cells;
using Serverless.Csv.Values;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Cells;

public class CellFormatTests
{
    [Theory]
    [InlineData(',', "1.234,56", "1234.56")]
    [InlineData(',', "-1.234.567,5", "-1234567.5")]
    [InlineData(',', "0,5", "0.5")]
    [InlineData(',', "1 234,5", "1234.5")]
    [InlineData(',', "1\u00A0234,5", "1234.5")]
    [InlineData(',', "1\u202F234,5", "1234.5")]
    [InlineData(',', "12,5-", "-12.5")]
    [InlineData(',', "\u221212,5", "-12.5")]
    [InlineData(',', "7", "7")]
    [InlineData('.', "1,234.50", "1234.50")]
    [InlineData('.', "1,23,456.5", "123456.5")]
    [InlineData('.', "1'234.50", "1234.50")]
    [InlineData('.', "1’234.50", "1234.50")]
    [InlineData('.', "(1,234.50)", "-1234.50")]
    [InlineData('.', "1.5e-3", "1.5e-3")]
    [InlineData('.', ".5", ".5")]
    public void A_number_is_written_with_a_point(char decimalSign, string cell, string canonical) =>
        Assert.Equal(canonical, Write(new NumberFormat(decimalSign, "", ""), cell));

    [Theory]
    [InlineData("$", "", "$1,234.50", "1234.50")]
    [InlineData("$", "", "-$5", "-5")]
    [InlineData("$", "", "$-5", "-5")]
    [InlineData("$", "", "($ 5.25)", "-5.25")]
    [InlineData("", "€", "12.50 €", "12.50")]
    [InlineData("", "%", "12.5%", "12.5")]
    [InlineData("", "kg", "12.5 kg", "12.5")]
    [InlineData("CHF", "", "CHF 1'000.00", "1000.00")]
    [InlineData("", "kg", "12.5", "12.5")]
    public void A_unit_is_taken_off(string prefix, string suffix, string cell, string canonical) =>
        Assert.Equal(canonical, Write(new NumberFormat('.', prefix, suffix), cell));

    [Theory]
    [InlineData('.', "1,23")]
    [InlineData('.', "12,34.5")]
    [InlineData('.', "1.2.3")]
    [InlineData('.', "0,123")]
    [InlineData('.', "5 g")]
    [InlineData('.', "(5")]
    [InlineData('.', "--5")]
    [InlineData('.', "5-10")]
    [InlineData('.', "e5")]
    [InlineData(',', "1.23")]
    [InlineData(',', "1,2,3")]
    [InlineData(',', "31.12.2025")]
    [InlineData(',', "abc")]
    [InlineData(',', "")]
    public void What_is_no_number_in_the_notation_stays(char decimalSign, string cell) =>
        Assert.Null(Write(new NumberFormat(decimalSign, "", "kg"), cell));

    [Theory]
    [InlineData(DateOrder.DayFirst, "31.12.2025", "2025-12-31")]
    [InlineData(DateOrder.DayFirst, "1.2.25", "2025-02-01")]
    [InlineData(DateOrder.DayFirst, "03/04/2025", "2025-04-03")]
    [InlineData(DateOrder.MonthFirst, "03/04/2025", "2025-03-04")]
    [InlineData(DateOrder.MonthFirst, "12/31/2025 09:30 PM", "2025-12-31T21:30:00")]
    [InlineData(DateOrder.MonthFirst, "12/31/2025 12:05:09 a.m.", "2025-12-31T00:05:09")]
    [InlineData(DateOrder.DayFirst, "31.12.2025 9.30", "2025-12-31T09:30:00")]
    [InlineData(DateOrder.DayFirst, "31. Dezember 2025", "2025-12-31")]
    [InlineData(DateOrder.DayFirst, "31 déc. 2025", "2025-12-31")]
    [InlineData(DateOrder.DayFirst, "31 de diciembre de 2025", "2025-12-31")]
    [InlineData(DateOrder.YearFirst, "Wed, 31 Dec 2025 10:20:30 GMT", "2025-12-31T10:20:30")]
    [InlineData(DateOrder.YearFirst, "December 31st, 2025", "2025-12-31")]
    [InlineData(DateOrder.YearFirst, "Dec-25", "2025-12-01")]
    [InlineData(DateOrder.YearFirst, "2025-12", "2025-12-01")]
    [InlineData(DateOrder.YearFirst, "12/2025", "2025-12-01")]
    [InlineData(DateOrder.YearFirst, "20251231", "2025-12-31")]
    [InlineData(DateOrder.YearFirst, "20251231T102030", "2025-12-31T10:20:30")]
    [InlineData(DateOrder.YearFirst, "20251231102030", "2025-12-31T10:20:30")]
    [InlineData(DateOrder.YearFirst, "2025-12-31 10:20:30.5 +01:00", "2025-12-31T09:20:30.5")]
    [InlineData(DateOrder.YearFirst, "2025-12-31 10:20:30 UTC", "2025-12-31T10:20:30")]
    [InlineData(DateOrder.YearFirst, "2025-12-31 10:20 CET", "2025-12-31T09:20:00")]
    [InlineData(DateOrder.YearFirst, "2025-12-31 10:20 EST", "2025-12-31T15:20:00")]
    public void A_date_is_written_as_iso(DateOrder order, string cell, string canonical) =>
        Assert.Equal(canonical, Write(new DateFormat(order), cell));

    [Theory]
    [InlineData(DateOrder.MonthFirst, "31/12/2025")]
    [InlineData(DateOrder.DayFirst, "12/31/2025")]
    [InlineData(DateOrder.DayFirst, "30.02.2025")]
    [InlineData(DateOrder.DayFirst, "1.2")]
    [InlineData(DateOrder.DayFirst, "31.12.2025 25:00")]
    [InlineData(DateOrder.YearFirst, "yesterday")]
    [InlineData(DateOrder.YearFirst, "12345")]
    [InlineData(DateOrder.YearFirst, "192.168.1.1")]
    public void What_is_no_date_of_the_order_stays(DateOrder order, string cell) =>
        Assert.Null(Write(new DateFormat(order), cell));

    [Theory]
    [InlineData(Epoch.UnixSeconds, "1735689600", "2025-01-01")]
    [InlineData(Epoch.UnixMilliseconds, "1735689600250", "2025-01-01T00:00:00.25")]
    [InlineData(Epoch.ExcelSerial, "45658", "2025-01-01")]
    [InlineData(Epoch.ExcelSerial, "45658.5", "2025-01-01T12:00:00")]
    [InlineData(Epoch.UnixSeconds, "12", null)]
    public void A_count_from_an_epoch_is_written_as_iso(Epoch epoch, string cell, string? canonical) =>
        Assert.Equal(canonical, Write(new EpochFormat(epoch), cell));

    [Theory]
    [InlineData("ja", "true")]
    [InlineData("NEIN", "false")]
    [InlineData("Sí", "true")]
    [InlineData("perhaps", null)]
    [InlineData("", "false")]
    public void A_word_for_truth_is_written_as_one(string cell, string? canonical) =>
        Assert.Equal(canonical, Write(new BooleanFormat(blankIsFalse: true), cell));

    [Theory]
    [InlineData("9:05", "32700")]
    [InlineData("125:00:30", "450030")]
    [InlineData("9:60", null)]
    [InlineData("9:5", null)]
    public void A_duration_is_written_in_seconds(string cell, string? canonical) =>
        Assert.Equal(canonical, Write(new DurationFormat(), cell));

    [Fact]
    public void Whatever_is_written_is_read_behind_the_tokenizer() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20_000).WithReplay(20261130, 23),
        Prop.ForAll(
            Gen.Elements(
                "1", "12", "123", "2025", "31", ".", ",", "/", "-", " ", ":", "\u00A0", "'", "(", ")", "€", "kg", "Dec",
                "mai", "PM", "UTC", "+01:00", "e", "−", "%", "ä").ArrayOf().ToArbitrary(),
            parts =>
            {
                var cell = string.Concat(parts);
                return new[] { '.', ',' }.All(sign =>
                        Write(new NumberFormat(sign, "€", "kg"), cell) is not { } number
                            || Utf8NumberParser.TryParse(CsvText.Utf8(number), out _))
                    && Enum.GetValues<DateOrder>().All(order =>
                        Write(new DateFormat(order), cell) is not { } date
                            || TimestampText.TryParse(CsvText.Utf8(date), out _));
            }));

    private static string? Write(CellFormat format, string cell)
    {
        Span<byte> to = stackalloc byte[CellFormat.MaxBytes];
        var length = format.Write(CsvText.Utf8(cell), to);
        return length < 0 ? null : Encoding.UTF8.GetString(to[..length]);
    }
}
