using Serverless.Csv.Cells;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Inference;

/// <summary>A column's format, with a note for people.</summary>
internal sealed record Found(CellFormat? Format, string? Note)
{
    public static Found None { get; } = new(null, null);

    /// <summary>Words that stand for a missing value in it.</summary>
    public IReadOnlyList<byte[]> Missing { get; init; } = [];
}

/// <summary>Chooses a column's format by what its cells are.</summary>
internal static class FormatChoice
{
    /// <summary>Min share of numbers or dates at which a column of text is reported.</summary>
    private const double MinUnread = 0.3;

    private static readonly DateFormat _compact = new(DateOrder.YearFirst);

    private static readonly HashSet<string> DateWords =
        new(StringComparer.OrdinalIgnoreCase) { "date", "datum", "datetime", "fecha", "jour", "dato", "orderdate" };

    private static readonly HashSet<string> TimeWords = new(DateWords, StringComparer.OrdinalIgnoreCase)
    {
        "time", "timestamp", "ts", "at", "when", "created", "updated", "modified", "epoch", "unix", "unixtime",
        "moment", "zeit", "zeitpunkt", "heure", "tid", "utc", "day",
    };

    /// <summary><c>1.234</c> in a file of decimal commas.</summary>
    public static Found Thousands { get; } =
        new(new NumberFormat(',', "", ""), "numbers with points between thousands");

    public static Found With(CellFormat format, ColumnEvidence evidence) =>
        new(format, $"{format}, such as '{evidence.First}'");

    /// <summary>
    /// Tells that a column is read as text although many of its cells are numbers or dates: their units or notations
    /// differ, or too many other texts are among them.
    /// </summary>
    public static Found Unread(ColumnEvidence evidence)
    {
        var (numbers, dates) = (evidence.Numbers, evidence.Dates);
        var areNumbers = numbers.Cells >= dates.Best;
        var (what, cells, other) = areNumbers
            ? ("numbers", numbers.Cells, numbers.Others.First)
            : ("dates", dates.Best, dates.Others.First);
        if (cells < MinUnread * evidence.Present) return Found.None;
        var units = numbers.Units.ToList();
        var why = areNumbers && units.Count > 1 && units.Exists(u => u.Length > 0)
            ? $"in several units ({string.Join(", ", units.Select(u => u.Length == 0 ? "none" : $"'{u}'"))}); "
                + "export one unit"
            : other is null ? "in several notations; export one notation"
            : $"and others, such as '{other}', are not; where these are missing values, name them under \"missing\" in "
                + "model.json, else correct them";
        return new Found(null, $"read as text: {(double)cells / evidence.Present:0 %} of its cells are {what} {why}");
    }

    /// <summary>The decimal sign that the column's own cells tell; null if they fit both.</summary>
    public static char? OwnSign(NumberEvidence numbers) => (numbers.CommaOnly, numbers.PointOnly) switch
    {
        (0, 0) => null,
        var (commas, points) => commas > points ? ',' : '.',
    };

    /// <summary>The order that the column's own cells tell; null if day and month could be swapped.</summary>
    public static DateOrder? OwnOrder(DateEvidence dates)
    {
        var (day, month) = (dates.Fits(DateOrder.DayFirst), dates.Fits(DateOrder.MonthFirst));
        var year = dates.Fits(DateOrder.YearFirst);
        if (year > Math.Max(day, month)) return DateOrder.YearFirst;
        if (dates.DayOnly != dates.MonthOnly)
        {
            return dates.DayOnly > dates.MonthOnly ? DateOrder.DayFirst : DateOrder.MonthFirst;
        }

        return dates.Ambiguous is null && year == day ? DateOrder.YearFirst : null;
    }

    /// <summary>The format that model.json asks for.</summary>
    public static CellFormat Of(CellNotation notation, ColumnEvidence? evidence) => notation switch
    {
        CellNotation.DecimalPoint => evidence?.Numbers.ToFormat('.') ?? new NumberFormat('.', "", ""),
        CellNotation.DecimalComma => evidence?.Numbers.ToFormat(',') ?? new NumberFormat(',', "", ""),
        CellNotation.YearFirst => new DateFormat(DateOrder.YearFirst),
        CellNotation.DayFirst => new DateFormat(DateOrder.DayFirst),
        CellNotation.MonthFirst => new DateFormat(DateOrder.MonthFirst),
        CellNotation.MarkOrBlank => new BooleanFormat(blankIsFalse: true),
        CellNotation.UnixSeconds => new EpochFormat(Epoch.UnixSeconds),
        CellNotation.UnixMilliseconds => new EpochFormat(Epoch.UnixMilliseconds),
        _ => new EpochFormat(Epoch.ExcelSerial),
    };

    /// <summary>
    /// Plain numbers that are dates: <c>20250131</c>, seconds since 1970 or a spreadsheet's days in a column of a
    /// date's name.
    /// </summary>
    public static Found OfPlainNumbers(string name, ColumnProfile profile, StridedRowSample sample, int column)
    {
        if (profile.Integers == profile.Numbers && AreNearlyAll(sample, column, profile, IsCompactDate))
        {
            return new Found(new DateFormat(DateOrder.YearFirst), "dates of eight digits");
        }

        foreach (var epoch in Enum.GetValues<Epoch>())
        {
            if (!HasWord(name, epoch == Epoch.ExcelSerial ? DateWords : TimeWords)) continue;
            var format = new EpochFormat(epoch);
            if (AreNearlyAll(sample, column, profile, format.Fits)) return new Found(format, format.ToString());
        }

        return Found.None;

        static bool IsCompactDate(ReadOnlySpan<byte> cell) => cell.Length == 8 && _compact.Fits(cell);
    }

    /// <summary>Tells that points may separate thousands, as each stands before three digits.</summary>
    public static Found MaybeThousands(StridedRowSample sample, int column, ColumnProfile profile) =>
        profile.Integers < profile.Numbers && AreThousands(sample, column)
            ? new Found(
                null,
                "numbers with a decimal point; ambiguous: each point stands before three digits, as between thousands; "
                + "if so, set \"format\": \"decimalComma\" in model.json")
            : Found.None;

    private delegate bool CellTest(ReadOnlySpan<byte> cell);

    /// <summary>Whether all numbers of the column fit, and nearly all of its cells are numbers.</summary>
    private static bool AreNearlyAll(StridedRowSample sample, int column, ColumnProfile profile, CellTest test) =>
        TypeInference.IsNearlyAll(profile.Numbers, profile.Present)
            && All(sample, column, cell => test(cell) || !Utf8NumberParser.TryParse(cell, out _));

    private static bool All(StridedRowSample sample, int column, CellTest test)
    {
        for (var row = 0; row < sample.Count; row++)
        {
            var cell = sample.Field(row, column);
            if (!MissingText.Is(cell) && !test(cell)) return false;
        }

        return true;
    }

    /// <summary>Whether some cells have points, and all of these before three digits each.</summary>
    public static bool AreThousands(StridedRowSample sample, int column)
    {
        var thousands = new NumberFormat(',', "", "");
        var some = false;
        var all = All(sample, column, cell =>
        {
            if (!cell.Contains((byte)'.')) return true;
            var isNumber = Utf8NumberParser.TryParse(cell, out _);
            some |= isNumber;
            return !isNumber || thousands.Fits(cell); // a typo tells nothing
        });
        return all && some;
    }

    private static bool HasWord(string name, HashSet<string> words) => ColumnName.Words(name).Any(words.Contains);
}
