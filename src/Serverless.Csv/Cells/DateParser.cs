using System.Text;

namespace Serverless.Csv.Cells;

/// <summary>Reads one date with an optional time, token by token.</summary>
internal ref struct DateParser
{
    private const int MaxBytes = 64;

    private ReadOnlySpan<byte> _rest;
    private DateNumbers _numbers;
    private int _monthByName;
    private bool _hasTime;
    private bool _hasZone;
    private long _time;
    private int _zoneMinutes;

    private DateParser(ReadOnlySpan<byte> text) => _rest = text;

    /// <param name="ticks">UTC, in units of 100 ns since 0001-01-01.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, DateOrder order, out long ticks)
    {
        ticks = 0;
        if (text.Length is < 6 or > MaxBytes) return false;
        var parser = new DateParser(text);
        while (!parser._rest.IsEmpty)
        {
            if (!parser.TakeToken()) return false;
        }

        if (!parser._numbers.TryDate(order, parser._monthByName, out var date)) return false;
        ticks = date + parser._time - (parser._zoneMinutes * TimeSpan.TicksPerMinute);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    private bool TakeToken()
    {
        var b = _rest[0];
        if ((uint)(b - '0') <= 9) return TakeNumber();
        if (b is (byte)'+' or (byte)'-' && _hasTime && IsOffset(_rest)) return TakeOffset();
        if (b == '(') return TakeComment();
        if (b is (byte)' ' or (byte)'.' or (byte)',' or (byte)'/' or (byte)'-')
        {
            _rest = _rest[1..];
            return true;
        }

        if (NumberText.BlankAtStart(_rest) is > 0 and var blank)
        {
            _rest = _rest[blank..];
            return true;
        }

        return b >= 0x80 || char.IsAsciiLetter((char)b) ? TakeWord() : false;
    }

    private bool TakeNumber()
    {
        var length = 0;
        long value = 0;
        while (length < _rest.Length && (uint)(_rest[length] - '0') <= 9)
        {
            if (length == 14) return false;
            value = (value * 10) + (_rest[length++] - '0');
        }

        if (length < _rest.Length && !_hasTime && (_rest[length] == ':' || IsDotted(length)))
        {
            return TakeTime((int)value, length);
        }

        if (length == 14)
        {
            if (!_numbers.Add(value / 1_000_000, 8)) return false;
            return SetTime((int)(value / 10_000 % 100), (int)(value / 100 % 100), (int)(value % 100));
        }

        _rest = _rest[length..];
        // Compact times, as in 20250131T102030.
        if (length is 4 or 6 && _numbers.IsCompact && !_hasTime)
        {
            if (length == 4) value *= 100;
            return SetTime((int)(value / 10_000), (int)(value / 100 % 100), (int)(value % 100), moves: false);
        }

        return _numbers.Add(value, length);
    }

    /// <summary>Whether a time with a point follows a whole date, as in <c>31.12.2025 9.30</c>.</summary>
    private readonly bool IsDotted(int length) =>
        _numbers.Count + (_monthByName > 0 ? 1 : 0) == 3 && length <= 2 && _rest.Length >= length + 3
            && _rest[length] == '.' && char.IsAsciiDigit((char)_rest[length + 1])
            && char.IsAsciiDigit((char)_rest[length + 2]);

    private bool TakeTime(int hour, int length)
    {
        var rest = _rest[(length + 1)..];
        if (length > 2 || !TryTwo(ref rest, out var minute)) return false;
        var second = 0;
        long fraction = 0;
        if (!rest.IsEmpty && rest[0] == _rest[length])
        {
            rest = rest[1..];
            if (!TryTwo(ref rest, out second)) return false;
            if (rest.Length > 1 && rest[0] is (byte)'.' or (byte)',' or (byte)':' && char.IsAsciiDigit((char)rest[1]))
            {
                rest = rest[1..];
                for (var unit = TimeSpan.TicksPerSecond / 10;
                    !rest.IsEmpty && char.IsAsciiDigit((char)rest[0]); rest = rest[1..], unit /= 10)
                {
                    fraction += unit * (rest[0] - '0');
                }
            }
        }

        _rest = rest;
        if (!SetTime(hour, minute, second, moves: false)) return false;
        _time += fraction;
        return true;
    }

    private bool SetTime(int hour, int minute, int second, bool moves = true)
    {
        if (hour > 23 || minute > 59 || second > 59) return false;
        if (moves) _rest = _rest[14..];
        _hasTime = true;
        _time = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute)
            + (second * TimeSpan.TicksPerSecond);
        return true;
    }

    private static bool TryTwo(ref ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length < 2 || !char.IsAsciiDigit((char)text[0]) || !char.IsAsciiDigit((char)text[1])) return false;
        value = (10 * (text[0] - '0')) + (text[1] - '0');
        text = text[2..];
        return true;
    }

    private static bool IsOffset(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && char.IsAsciiDigit((char)text[1]) && char.IsAsciiDigit((char)text[2]);

    private bool TakeOffset()
    {
        var sign = _rest[0] == '-' ? -1 : 1;
        var rest = _rest[1..];
        if (_hasZone && _zoneMinutes != 0) return false;
        if (!TryTwo(ref rest, out var hours)) return false;
        if (!rest.IsEmpty && rest[0] == ':') rest = rest[1..];
        if (!TryTwo(ref rest, out var minutes)) minutes = 0;
        if (hours > 14 || minutes > 59) return false;
        _rest = rest;
        (_hasZone, _zoneMinutes) = (true, sign * ((60 * hours) + minutes));
        return true;
    }

    /// <summary>A zone's long name, as JavaScript adds it.</summary>
    private bool TakeComment()
    {
        var end = _rest.IndexOf((byte)')');
        if (!_hasZone || end < 0) return false;
        _rest = _rest[(end + 1)..];
        return true;
    }

    private bool TakeWord()
    {
        var length = 1;
        while (length < _rest.Length && (_rest[length] >= 0x80 || char.IsAsciiLetter((char)_rest[length]))
            && NumberText.BlankAtStart(_rest[length..]) == 0)
        {
            length++;
        }

        Span<char> buffer = stackalloc char[MaxBytes];
        var word = buffer[..Encoding.UTF8.GetChars(_rest[..length], buffer)];
        _rest = _rest[length..];
        if (DateNames.Month(word) is > 0 and var month)
        {
            _monthByName = month;
            return true;
        }

        if (word is "T" or "t") return true;
        if (_hasTime && TakeHalfDay(word)) return true;
        if (_hasTime && !_hasZone && DateNames.TryZone(word, out var minutes))
        {
            (_hasZone, _zoneMinutes) = (true, minutes);
            return true;
        }

        return DateNames.IsSkipped(word);
    }

    /// <summary>AM and PM, also as a.m. and p.m.</summary>
    private bool TakeHalfDay(scoped ReadOnlySpan<char> word)
    {
        var isAfternoon = word.Equals("pm", StringComparison.OrdinalIgnoreCase);
        if (!isAfternoon && !word.Equals("am", StringComparison.OrdinalIgnoreCase))
        {
            var isDotted = word.Length == 1 && (word[0] | 0x20) is 'a' or 'p' && _rest.Length >= 2 && _rest[0] == '.'
                && (_rest[1] | 0x20) == 'm';
            if (!isDotted) return false;
            isAfternoon = (word[0] | 0x20) == 'p';
            _rest = _rest[2..];
        }

        var hour = _time / TimeSpan.TicksPerHour;
        if (hour is 0 or > 12) return hour > 12 && isAfternoon;
        if (hour == 12) _time -= 12 * TimeSpan.TicksPerHour;
        if (isAfternoon) _time += 12 * TimeSpan.TicksPerHour;
        return true;
    }
}
