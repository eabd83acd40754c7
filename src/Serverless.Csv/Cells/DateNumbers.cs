using System.Runtime.InteropServices;

namespace Serverless.Csv.Cells;

/// <summary>Up to three numbers of a date, each with its count of digits, in the order of the text.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DateNumbers
{
    private (int Value, int Digits) _first;
    private (int Value, int Digits) _second;
    private (int Value, int Digits) _third;
    private int _count;

    public readonly int Count => _count;

    /// <summary>Whether one number of eight digits stands for year, month and day.</summary>
    public readonly bool IsCompact => _count == 1 && _first.Digits == 8;

    public bool Add(long value, int digits)
    {
        if (digits > 8 || _count == 3) return false;
        var number = ((int)value, digits);
        if (_count == 0) _first = number;
        else if (_count == 1) _second = number;
        else _third = number;
        _count++;
        return true;
    }

    /// <param name="monthByName">1 to 12; 0 where a number stands for the month.</param>
    /// <param name="ticks">Midnight.</param>
    public readonly bool TryDate(DateOrder order, int monthByName, out long ticks)
    {
        var (year, month, day) = (_count, monthByName) switch
        {
            (1, 0) when IsCompact => (_first.Value / 10_000, _first.Value / 100 % 100, _first.Value % 100),
            (1, > 0) => (Year(_first), monthByName, 1),
            (2, > 0) when _first.Digits == 4 => (_first.Value, monthByName, _second.Value),
            (2, > 0) => (Year(_second), monthByName, _first.Value),
            (2, 0) when _first.Digits == 4 && _second.Digits <= 2 => (_first.Value, _second.Value, 1),
            (2, 0) when _second.Digits == 4 && _first.Digits <= 2 => (_second.Value, _first.Value, 1),
            (3, 0) when _first.Digits == 4 || (order == DateOrder.YearFirst && _third.Digits <= 2) =>
                (Year(_first), _second.Value, _third.Value),
            (3, 0) when order == DateOrder.DayFirst => (Year(_third), _second.Value, _first.Value),
            (3, 0) when order == DateOrder.MonthFirst => (Year(_third), _first.Value, _second.Value),
            _ => (0, 0, 0),
        };
        ticks = 0;
        if (year is < 1000 or > 9999 || month is < 1 or > 12) return false;
        if (day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        return true;
    }

    /// <summary>Two digits stand for 1969 to 2068, as in POSIX.</summary>
    private static int Year((int Value, int Digits) number) => number switch
    {
        (var year, 4) => year,
        (var year and >= 69, 2) => 1900 + year,
        (var year, 2) => 2000 + year,
        _ => 0,
    };
}
