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
        if (profile.Present == 0 || profile.Numbers < profile.Present) return Found.None;
        var compact = new DateFormat(DateOrder.YearFirst);
        if (profile.Integers == profile.Present && All(sample, column, c => c.Length == 8 && compact.Fits(c)))
        {
            return new Found(compact, "dates of eight digits");
        }

        foreach (var epoch in Enum.GetValues<Epoch>())
        {
            if (!HasWord(name, epoch == Epoch.ExcelSerial ? DateWords : TimeWords)) continue;
            var format = new EpochFormat(epoch);
            if (All(sample, column, format.Fits)) return new Found(format, format.ToString());
        }

        return Found.None;
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
            some = true;
            return thousands.Fits(cell);
        });
        return all && some;
    }

    private static bool HasWord(string name, HashSet<string> words) => ColumnName.Words(name).Any(words.Contains);
}
