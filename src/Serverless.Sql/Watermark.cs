using System.Data;
using System.Globalization;

namespace Serverless.Sql;

/// <summary>The greatest value of a source's watermark column among the rows that were pulled.</summary>
/// <param name="Type">The database's name of the column's type: <c>bigint</c>.</param>
/// <param name="Value">The exact value, as invariant text.</param>
internal sealed record Watermark(string Column, string Type, string Value)
{
    private const string Date = "yyyy-MM-dd";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffffff";
    private const string TimeWithOffset = "yyyy-MM-ddTHH:mm:ss.fffffffzzz";

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <param name="value">As the database's reader gives it.</param>
    public static string Format(object value, DbType type) => type switch
    {
        DbType.Int64 => Convert.ToInt64(value, Invariant).ToString(Invariant),
        DbType.Decimal => Convert.ToDecimal(value, Invariant).ToString(Invariant),
        DbType.Date => value is DateOnly date
            ? date.ToString(Date, Invariant)
            : ((DateTime)value).ToString(Date, Invariant),
        DbType.DateTime or DbType.DateTime2 =>
            ((DateTime)value).ToString(Time, Invariant) + (((DateTime)value).Kind == DateTimeKind.Utc ? "Z" : ""),
        DbType.DateTimeOffset => ((DateTimeOffset)value).ToString(TimeWithOffset, Invariant),
        DbType.String or DbType.AnsiString => (string)value,
        _ => throw new InvalidOperationException($"{type} is the type of no watermark."),
    };

    /// <summary>The value of a command's parameter: the inverse of <see cref="Format"/>.</summary>
    /// <exception cref="FormatException">The text was changed by hand, and is no such value.</exception>
    public static object Parse(string text, DbType type) => type switch
    {
        DbType.Int64 => long.Parse(text, Invariant),
        DbType.Decimal => decimal.Parse(text, Invariant),
        DbType.Date => DateTime.ParseExact(text, Date, Invariant),
        DbType.DateTime or DbType.DateTime2 => text.EndsWith('Z')
            ? DateTime.SpecifyKind(DateTime.ParseExact(text[..^1], Time, Invariant), DateTimeKind.Utc)
            : DateTime.ParseExact(text, Time, Invariant),
        DbType.DateTimeOffset => DateTimeOffset.ParseExact(text, TimeWithOffset, Invariant),
        DbType.String or DbType.AnsiString => text,
        _ => throw new InvalidOperationException($"{type} is the type of no watermark."),
    };

    /// <summary>A time as a value of the type; null if the type is none of times.</summary>
    /// <param name="isUtc">Whether the database gives values of the type with their offset.</param>
    public static object? At(DateTimeOffset time, DbType type, bool isUtc) => type switch
    {
        DbType.DateTimeOffset => time,
        DbType.DateTime or DbType.DateTime2 =>
            isUtc ? time.UtcDateTime : DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified),
        _ => null,
    };
}
