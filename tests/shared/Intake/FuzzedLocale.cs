namespace Serverless.Tests.Intake;

/// <summary>
/// How one made-up team writes numbers and dates: the same in all columns of a file, as one computer does.
/// </summary>
internal sealed class FuzzedLocale
{
    private static readonly string[] _commaGroups = ["", ".", "\u00A0", "\u202F", " "];
    private static readonly string[] _pointGroups = ["", ",", "'", "\u2019", " "];
    private static readonly string[] _prefixes = ["$", "£", "€ ", "EUR ", "CHF ", "US$"];
    private static readonly string[] _suffixes = [" €", "€", " EUR", " kr", " kg", "cm", " km/h", "°C", " Stk."];
    private static readonly string[] _percents = ["%", " %"];

    private static readonly string[] _yearFirst =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.fff",
        "yyyy/MM/dd", "yyyyMMdd", "yyyy-MM-dd HH:mm:ss UTC", "yyyy/MM/dd HH:mm",
    ];

    private static readonly string[] _dayFirst =
    [
        "dd.MM.yyyy", "d.M.yyyy", "d.M.yy", "dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "dd.MM.yyyy HH:mm",
        "d/M/yyyy HH:mm:ss", "dd/MM/yyyy h:mm tt", "d/M/yy",
    ];

    private static readonly string[] _monthFirst =
    [
        "M/d/yyyy", "MM/dd/yyyy", "M/d/yy", "MM/dd/yyyy hh:mm tt", "M/d/yyyy h:mm:ss tt", "M/d/yyyy H:mm",
        "MM-dd-yyyy",
    ];

    private static readonly string[] _named =
    [
        "d MMM yyyy", "dd-MMM-yyyy", "dd-MMM-yy", "MMMM d, yyyy", "MMM d yyyy", "ddd, dd MMM yyyy HH:mm:ss GMT",
        "d MMMM yyyy HH:mm",
    ];

    private static readonly string[] _months = ["yyyy-MM", "MM/yyyy", "MMM yyyy"];

    private readonly Random _random;
    private readonly bool _isComma;
    private readonly bool _isMonthFirst;
    private readonly string _group;
    private readonly MinusSign _minus;

    public FuzzedLocale(Random random)
    {
        _random = random;
        _isComma = random.Next(2) == 0;
        _isMonthFirst = !_isComma && random.Next(2) == 0;
        _group = Any(_isComma ? _commaGroups : _pointGroups);
        _minus = Any([MinusSign.Leading, MinusSign.Leading, MinusSign.Unicode, MinusSign.Trailing,
            MinusSign.Parentheses]);
    }

    public NumberForm Number(int decimals) =>
        new(_random.Next(3) > 0 ? _group : "", _isComma ? "," : ".", decimals) { Minus = _minus };

    public NumberForm Money() => _random.Next(2) == 0
        ? Number(2) with { Prefix = Any(_prefixes) }
        : Number(_random.Next(3)) with { Suffix = Any(_suffixes) };

    public NumberForm Percent() => Number(_random.Next(3)) with { Suffix = Any(_percents) };

    /// <summary>Adds a column of dates or times in one notation.</summary>
    public void AddMoment(Export export, string name, string[] gaps)
    {
        var second = TimeSpan.FromSeconds(1);
        var times = _random.Next(3) == 0
            ? When.Ordered(When.Day(2021, 3, 5), TimeSpan.FromHours(7 + _random.Next(40)), second)
            : When.Times(2017, Any([1, 2, 8]), second);
        Func<Random, int, DateTime> days = (random, row) => times(random, row).Date;
        _ = _random.Next(13) switch
        {
            < 2 => AddLocal(_yearFirst),
            < 7 => AddLocal(_isMonthFirst ? _monthFirst : _dayFirst),
            < 9 => AddLocal(_named),
            9 => export.Moment(name, times, moment => When.As("yyyy-MM-dd HH:mm:ss", 2)(moment) + "+02:00", gaps),
            10 => export.Month(name, times, When.As(Any(_months))),
            11 => export.Moment($"{name} timestamp", times, When.UnixSeconds, gaps),
            _ => _isComma
                ? export.Moment(name, days, When.Named("d.", When.GermanMonths), gaps)
                : export.Moment(name, days, When.Named("%d", When.FrenchMonths), gaps),
        };

        Export AddLocal(string[] patterns)
        {
            var pattern = Any(patterns);
            Func<Random, int, DateTime> minutes = (random, row) =>
                times(random, row) is var moment ? moment.AddSeconds(-moment.Second) : default;
            var source = pattern.Contains(":ss", StringComparison.Ordinal) ? times
                : pattern.Contains(":mm", StringComparison.Ordinal) ? minutes
                : days;
            return export.Moment(name, source, Write(pattern), gaps).But(MaybeSwapped);
        }
    }

    /// <summary>UTC and GMT at the end are no letters of a pattern.</summary>
    private static Func<DateTime, string> Write(string pattern) =>
        pattern.EndsWith("UTC", StringComparison.Ordinal) || pattern.EndsWith("GMT", StringComparison.Ordinal)
            ? moment => When.As(pattern[..^3])(moment) + pattern[^3..]
            : When.As(pattern);

    /// <summary>Where every day could be a month, the other order is no fault if it is said.</summary>
    private static IntakeColumn MaybeSwapped(IntakeColumn column) =>
        column.Values.All(v => v is null or DateTime { Day: <= 12 })
            ? column with { OtherIsTold = true, OtherValues = [.. column.Values.Select(Swapped)] }
            : column;

    private static object? Swapped(object? value) => value is DateTime moment
        ? When.Day(moment.Year, moment.Day, moment.Month).Add(moment.TimeOfDay)
        : null;

    private T Any<T>(T[] of) => of[_random.Next(of.Length)];
}
