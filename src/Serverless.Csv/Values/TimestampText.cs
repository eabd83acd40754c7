namespace Serverless.Csv.Values;

/// <summary>
/// Parses ISO 8601 timestamps: <c>2012-01-31</c>, with <c>T</c> or a space before <c>10:20</c>, <c>10:20:30</c> or
/// <c>10:20:30.125</c>, and with <c>Z</c> or an offset; slashes may replace the dashes. UTC is the default.
/// </summary>
public static class TimestampText
{
    /// <param name="ticks">UTC time in units of 100 ns since 0001-01-01.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 10 || text[4] is not ((byte)'-' or (byte)'/') || text[7] != text[4]) return false;
        var year = Number(text, 0, 4);
        var month = Number(text, 5, 2);
        var day = Number(text, 8, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        if (text.Length == 10) return true;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;

        var rest = text[11..];
        if (!TryTime(ref rest, out var time) || !TryOffset(rest, out var offset)) return false;
        ticks += time - offset;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    private static bool TryTime(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 5 || text[2] != ':') return false;
        var hour = Number(text, 0, 2);
        var minute = Number(text, 3, 2);
        if (hour is < 0 or > 23 || minute is < 0 or > 59) return false;
        ticks = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        text = text[5..];
        if (text.IsEmpty || text[0] != ':') return true;

        var second = Number(text, 1, 2);
        if (second is < 0 or > 59) return false;
        ticks += second * TimeSpan.TicksPerSecond;
        text = text[3..];
        return text.IsEmpty || text[0] != '.' || TryFraction(ref text, ref ticks);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, ref long ticks)
    {
        var unit = TimeSpan.TicksPerSecond;
        var at = 1;
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            unit /= 10;
            ticks += unit * (text[at] - '0');
        }

        text = text[at..];
        return at > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z']) return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        var hours = Number(text, 1, 2);
        var minutes = text.Length switch
        {
            3 => 0,
            5 => Number(text, 3, 2),
            6 when text[3] == ':' => Number(text, 4, 2),
            _ => -1,
        };
        if (hours is < 0 or > 14 || minutes is < 0 or > 59) return false;
        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        if (text[0] == '-') ticks = -ticks;
        return true;
    }

    /// <summary>The number, or −1 if these characters are not all digits.</summary>
    private static int Number(ReadOnlySpan<byte> text, int start, int length)
    {
        if (text.Length < start + length) return -1;
        var value = 0;
        foreach (var b in text.Slice(start, length))
        {
            if ((uint)(b - '0') > 9) return -1;
            value = (value * 10) + (b - '0');
        }

        return value;
    }
}
