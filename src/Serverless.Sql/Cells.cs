using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Serverless.Sql;

/// <summary>Writes one value of a row as it stands in a CSV file.</summary>
internal delegate void CellWriter(DbDataReader row, int column, ArrayBufferWriter<byte> text);

/// <summary>
/// The text of a database's values: ISO 8601 dates, times with an offset as UTC, invariant numbers with all their
/// digits, texts quoted as in RFC 4180 where they need it.
/// </summary>
internal static class Cells
{
    private const string Date = "yyyy-MM-dd";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";

    private static readonly SearchValues<char> _special = SearchValues.Create(",\"\r\n");

    private static readonly CellWriter _date = (row, column, text) => Append(text, row.GetDateTime(column), Date);

    private static readonly Dictionary<Type, CellWriter> _byType = new()
    {
        [typeof(byte)] = Plain<byte>(),
        [typeof(short)] = Plain<short>(),
        [typeof(int)] = Plain<int>(),
        [typeof(uint)] = Plain<uint>(),
        [typeof(long)] = Plain<long>(),
        [typeof(float)] = Plain<float>(),
        [typeof(double)] = Plain<double>(),
        [typeof(decimal)] = Plain<decimal>(),
        [typeof(Guid)] = Plain<Guid>(),
        [typeof(DateOnly)] = Plain<DateOnly>(Date),
        [typeof(TimeOnly)] = Plain<TimeOnly>("HH:mm:ss.FFFFFFF"),
        [typeof(bool)] = (row, column, text) => text.Write(row.GetBoolean(column) ? "true"u8 : "false"u8),
        [typeof(char)] = (row, column, text) => AppendText(text, row.GetFieldValue<char>(column).ToString()),
        [typeof(string)] = (row, column, text) => AppendText(text, row.GetString(column)),
        [typeof(DateTime)] = (row, column, text) => AppendTime(text, row.GetDateTime(column)),
        [typeof(DateTimeOffset)] = (row, column, text) =>
            AppendTime(text, row.GetFieldValue<DateTimeOffset>(column).UtcDateTime),
        [typeof(TimeSpan)] = (row, column, text) => AppendDuration(text, row.GetFieldValue<TimeSpan>(column)),
    };

    /// <param name="type">As the database's reader gives the values.</param>
    /// <param name="name">The database's name of the type.</param>
    /// <returns>Null for bytes, lists, shapes and the like.</returns>
    public static CellWriter? Find(Type type, string name) => name switch
    {
        "date" when type == typeof(DateTime) => _date,
        // A time of day in another zone is none that can be compared.
        "time with time zone" => null,
        _ => _byType.GetValueOrDefault(type),
    };

    /// <summary>An empty text is <c>""</c>, unlike a missing value.</summary>
    public static void AppendText(ArrayBufferWriter<byte> text, string value)
    {
        var isPlain = value.Length > 0 && !value.AsSpan().ContainsAny(_special) && value[0] != ' ' && value[^1] != ' ';
        if (isPlain)
        {
            Encoding.UTF8.GetBytes(value, text);
            return;
        }

        text.Write("\""u8);
        Encoding.UTF8.GetBytes(value.Replace("\"", "\"\"", StringComparison.Ordinal), text);
        text.Write("\""u8);
    }

    private static CellWriter Plain<T>(string? format = null)
        where T : IUtf8SpanFormattable =>
        (row, column, text) => Append(text, row.GetFieldValue<T>(column), format);

    private static void AppendTime(ArrayBufferWriter<byte> text, DateTime time)
    {
        Append(text, time, Time);
        if (time.Kind == DateTimeKind.Utc) text.Write("Z"u8);
    }

    /// <summary>Hours may be more than a day has, as cells of durations are read.</summary>
    private static void AppendDuration(ArrayBufferWriter<byte> text, TimeSpan time)
    {
        if (time < TimeSpan.Zero) text.Write("-"u8);
        Append(text, Math.Abs(time.Ticks / TimeSpan.TicksPerHour), "00");
        Append(text, new TimeOnly(Math.Abs(time.Ticks % TimeSpan.TicksPerHour)), "\\:mm\\:ss.FFFFFFF");
    }

    private static void Append<T>(ArrayBufferWriter<byte> text, T value, string? format)
        where T : IUtf8SpanFormattable
    {
        int written;
        var room = 64;
        while (!value.TryFormat(text.GetSpan(room), out written, format, CultureInfo.InvariantCulture)) room *= 2;
        text.Advance(written);
    }
}
