using System.Text;
using Serverless.Csv.Cells;

namespace Serverless.Csv.Parts;

/// <summary>How the cells of one column were written in the source, as a part's metadata tell it.</summary>
public sealed record PartColumn
{
    public required string Name { get; init; }

    /// <summary>The kind of notation; null for plain cells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PartNotation? Notation { get; init; }

    /// <summary>The unit of numbers; null without one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    /// <summary>Words that stand for a missing value; null without any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Describes the notation for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>A cell of the source as it was written, in quotes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Example { get; init; }

    /// <param name="format">By which the source's cells are read; null for plain cells.</param>
    public static PartColumn Of(string name, CellFormat? format, string? note, string? example)
    {
        var words = (format as MissingFormat)?.Words.Select(Encoding.UTF8.GetString).ToList();
        var kind = SourceOf(format is MissingFormat missing ? missing.Inner : format);
        return new PartColumn
        {
            Name = name,
            Notation = NotationOf(kind),
            Unit = kind is NumberFormat { Unit.Length: > 0 } number ? number.Unit : null,
            Missing = words is { Count: > 0 } ? words : null,
            Note = note,
            Example = example,
        };
    }

    /// <summary>
    /// The format for the part's own cells. Truth values are stored as they were written, and are read by it; all
    /// other cells are plain, and it only tells how they were written. Null for plain cells.
    /// </summary>
    public CellFormat? ToFormat() => Missing is { } words
        ? new MissingFormat(Read(), [.. words.Select(Encoding.UTF8.GetBytes)])
        : Read();

    private CellFormat? Read() => Notation switch
    {
        null => null,
        PartNotation.Truth => new BooleanFormat(blankIsFalse: false),
        PartNotation.MarkOrBlank => new BooleanFormat(blankIsFalse: true),
        PartNotation.DecimalPoint => new StoredFormat(new NumberFormat('.', "", Unit ?? "")),
        PartNotation.DecimalComma => new StoredFormat(new NumberFormat(',', "", Unit ?? "")),
        PartNotation.YearFirst => new StoredFormat(new DateFormat(DateOrder.YearFirst)),
        PartNotation.DayFirst => new StoredFormat(new DateFormat(DateOrder.DayFirst)),
        PartNotation.MonthFirst => new StoredFormat(new DateFormat(DateOrder.MonthFirst)),
        PartNotation.UnixSeconds => new StoredFormat(new EpochFormat(Epoch.UnixSeconds)),
        PartNotation.UnixMilliseconds => new StoredFormat(new EpochFormat(Epoch.UnixMilliseconds)),
        PartNotation.ExcelSerial => new StoredFormat(new EpochFormat(Epoch.ExcelSerial)),
        _ => new StoredFormat(new DurationFormat()),
    };

    private static CellFormat? SourceOf(CellFormat? format) => format is StoredFormat stored ? stored.Source : format;

    private static PartNotation? NotationOf(CellFormat? format) => format switch
    {
        NumberFormat number => number.DecimalSign == ',' ? PartNotation.DecimalComma : PartNotation.DecimalPoint,
        DateFormat { Order: DateOrder.YearFirst } => PartNotation.YearFirst,
        DateFormat { Order: DateOrder.DayFirst } => PartNotation.DayFirst,
        DateFormat => PartNotation.MonthFirst,
        BooleanFormat { BlankIsFalse: true } => PartNotation.MarkOrBlank,
        BooleanFormat => PartNotation.Truth,
        EpochFormat { Epoch: Epoch.UnixSeconds } => PartNotation.UnixSeconds,
        EpochFormat { Epoch: Epoch.UnixMilliseconds } => PartNotation.UnixMilliseconds,
        EpochFormat => PartNotation.ExcelSerial,
        DurationFormat => PartNotation.Duration,
        _ => null,
    };
}

/// <summary>Notations that are not plain.</summary>
public enum PartNotation
{
    DecimalPoint,
    DecimalComma,
    YearFirst,
    DayFirst,
    MonthFirst,
    Truth,
    MarkOrBlank,
    UnixSeconds,
    UnixMilliseconds,
    ExcelSerial,
    Duration,
}
