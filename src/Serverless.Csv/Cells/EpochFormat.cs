using Serverless.Csv.Values;

namespace Serverless.Csv.Cells;

public enum Epoch { UnixSeconds, UnixMilliseconds, ExcelSerial }

/// <summary>Numbers that count from an epoch: seconds or milliseconds since 1970, or a spreadsheet's days.</summary>
public sealed class EpochFormat(Epoch epoch) : CellFormat
{
    /// <summary>A spreadsheet's day 0; right from 1900-03-01 on, as Excel takes 1900 for a leap year.</summary>
    private static readonly long ExcelStart = new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Utc).Ticks;

    public Epoch Epoch => epoch;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if (!Utf8NumberParser.TryParse(cell, out var number) || !IsPlausible(epoch, number)) return -1;
        var ticks = epoch switch
        {
            Epoch.UnixSeconds => DateTime.UnixEpoch.Ticks + (long)Math.Round(number * TimeSpan.TicksPerSecond),
            Epoch.UnixMilliseconds => DateTime.UnixEpoch.Ticks + (long)(number * TimeSpan.TicksPerMillisecond),
            // A day's fraction is rounded to seconds: that is what was typed in.
            _ => ExcelStart + ((long)Math.Round(number * 86_400) * TimeSpan.TicksPerSecond),
        };
        return IsoText.Write(ticks, to);
    }

    public override string ToString() => epoch switch
    {
        Epoch.UnixSeconds => "Unix seconds",
        Epoch.UnixMilliseconds => "Unix milliseconds",
        _ => "a spreadsheet's day numbers",
    };

    /// <summary>Whether it falls between 1995 and 2050; for a spreadsheet's days between 1927 and 2064.</summary>
    public static bool IsPlausible(Epoch epoch, double number) => epoch switch
    {
        Epoch.UnixSeconds => number is >= 788_918_400 and < 2_524_608_000,
        Epoch.UnixMilliseconds => number is >= 788_918_400_000 and < 2_524_608_000_000,
        _ => number is >= 10_000 and < 60_000,
    };
}

/// <summary>Writes ISO 8601 timestamps as <see cref="TimestampText"/> reads them.</summary>
internal static class IsoText
{
    /// <param name="ticks">UTC.</param>
    /// <returns>The bytes written; the time only where it is not midnight.</returns>
    public static int Write(long ticks, Span<byte> to)
    {
        var moment = new DateTime(ticks, DateTimeKind.Utc);
        Put(to, 0, moment.Year, 4);
        to[4] = to[7] = (byte)'-';
        Put(to, 5, moment.Month, 2);
        Put(to, 8, moment.Day, 2);
        var time = moment.TimeOfDay.Ticks;
        if (time == 0) return 10;
        to[10] = (byte)'T';
        to[13] = to[16] = (byte)':';
        Put(to, 11, moment.Hour, 2);
        Put(to, 14, moment.Minute, 2);
        Put(to, 17, moment.Second, 2);
        var fraction = (int)(time % TimeSpan.TicksPerSecond);
        if (fraction == 0) return 19;
        to[19] = (byte)'.';
        Put(to, 20, fraction, 7);
        var length = 27;
        while (to[length - 1] == '0') length--;
        return length;
    }

    private static void Put(Span<byte> to, int at, int value, int digits)
    {
        for (var i = at + digits - 1; i >= at; i--, value /= 10) to[i] = (byte)('0' + (value % 10));
    }
}
