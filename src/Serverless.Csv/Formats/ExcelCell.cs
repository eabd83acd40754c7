using System.Globalization;
using System.Text;
using ExcelDataReader;
using Serverless.Csv.Values;

namespace Serverless.Csv.Formats;

/// <summary>
/// A cell's value as text: numbers that round-trip, dates and times as ISO 8601 has them. ExcelDataReader 3.6 does not
/// tell an error such as #N/A from an empty cell; either is a missing value.
/// </summary>
internal static class ExcelCell
{
    public static string Text(IExcelDataReader reader, int column)
    {
        return reader.GetValue(column) switch
        {
            null => "",
            string text => text,
            bool flag => flag ? "true" : "false",
            double number => Text(number),
            DateTime moment => Text(moment),
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
        };
    }

    private static string Text(double number)
    {
        Span<byte> text = stackalloc byte[ShortestDoubleFormatter.MaxLength];
        return Encoding.ASCII.GetString(text[..ShortestDoubleFormatter.Write(text, number)]);
    }

    private static string Text(DateTime moment)
    {
        // Excel holds times as fractions of a day, which miss whole milliseconds by a few ticks.
        var ticks = (moment.Ticks + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond
            * TimeSpan.TicksPerMillisecond;
        var rounded = new DateTime(ticks);
        var format = rounded.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd"
            : rounded.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ss"
            : "yyyy-MM-ddTHH:mm:ss.fff";
        return rounded.ToString(format, CultureInfo.InvariantCulture);
    }
}
