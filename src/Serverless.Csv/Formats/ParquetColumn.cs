using System.Buffers;
using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Formats;

/// <summary>The values of one column in one row group, as fields of CSV.</summary>
internal abstract class ParquetColumn
{
    protected const int MaxNumberLength = 64;

    /// <summary>Reads the values of a row group, which replace those before.</summary>
    public abstract ValueTask ReadAsync(ParquetRowGroupReader group, CancellationToken cancellationToken);

    /// <summary>Writes a row's value; nothing where it is null.</summary>
    public abstract void Write(int row, ArrayBufferWriter<byte> to);

    /// <summary>Null for values that are no text, number or moment.</summary>
    public static ParquetColumn? For(DataField field) => field switch
    {
        { MaxRepetitionLevel: > 0 } => null,
        TimeDataField time => time.Precision switch
        {
            TimeUnitPrecision.Millis => new ParquetColumn<int>(field, (v, to) => WriteTime(v * 10_000L, to)),
            TimeUnitPrecision.Micros => new ParquetColumn<long>(field, (v, to) => WriteTime(v * 10L, to)),
            _ => new ParquetColumn<long>(field, (v, to) => WriteTime(v / 100L, to)),
        },
        DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => new ParquetColumn<DateTime>(
            field, static (v, to) => Write(v, "yyyy-MM-dd", to)),
        DateTimeDataField { IsAdjustedToUTC: true } => new ParquetColumn<DateTime>(
            field, static (v, to) => Write(v, "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", to)),
        _ => For(field, field.ClrType),
    };

    private static ParquetColumn? For(DataField field, Type type)
    {
        if (type == typeof(double)) return new ParquetColumn<double>(field, WriteDouble);
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            return new ParquetColumn<ReadOnlyMemory<char>>(field, WriteText);
        }

        if (type == typeof(bool))
        {
            return new ParquetColumn<bool>(field, static (v, to) => to.Write(v ? "true"u8 : "false"u8));
        }

        if (type == typeof(DateOnly))
        {
            return new ParquetColumn<DateOnly>(field, static (v, to) => Write(v, "yyyy-MM-dd", to));
        }

        if (type == typeof(DateTime))
        {
            return new ParquetColumn<DateTime>(field, static (v, to) => Write(v, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", to));
        }

        if (type == typeof(decimal))
        {
            return new ParquetColumn<decimal>(field, static (v, to) => Write(v, "0.############################", to));
        }

        if (type == typeof(int)) return Plain<int>(field);
        if (type == typeof(long)) return Plain<long>(field);
        if (type == typeof(float)) return Plain<float>(field);
        if (type == typeof(sbyte)) return Plain<sbyte>(field);
        if (type == typeof(byte)) return Plain<byte>(field);
        if (type == typeof(short)) return Plain<short>(field);
        if (type == typeof(ushort)) return Plain<ushort>(field);
        if (type == typeof(uint)) return Plain<uint>(field);
        if (type == typeof(ulong)) return Plain<ulong>(field);
        if (type == typeof(Half)) return Plain<Half>(field);
        return type == typeof(Guid) ? Plain<Guid>(field) : null;
    }

    private static ParquetColumn<T> Plain<T>(DataField field)
        where T : struct, IUtf8SpanFormattable => new(field, static (v, to) => Write(v, "", to));

    private static void Write<T>(T value, string format, ArrayBufferWriter<byte> to)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(to.GetSpan(MaxNumberLength), out var length, format, CultureInfo.InvariantCulture);
        to.Advance(length);
    }

    private static void WriteDouble(double value, ArrayBufferWriter<byte> to) =>
        to.Advance(ShortestDoubleFormatter.Write(to.GetSpan(ShortestDoubleFormatter.MaxLength), value));

    private static void WriteTime(long ticks, ArrayBufferWriter<byte> to)
    {
        if (ticks is >= 0 and < TimeSpan.TicksPerDay) Write(new TimeOnly(ticks), "HH:mm:ss.FFFFFFF", to);
        else Write(new TimeSpan(ticks), "c", to);
    }

    private static void WriteText(ReadOnlyMemory<char> value, ArrayBufferWriter<byte> to)
    {
        const int onStack = 256;
        var count = Encoding.UTF8.GetMaxByteCount(value.Length);
        var text = count <= onStack ? stackalloc byte[onStack] : new byte[count];
        CsvRow.WriteField(to, text[..Encoding.UTF8.GetBytes(value.Span, text)]);
    }
}

/// <param name="write">Writes a value; called from several threads.</param>
internal sealed class ParquetColumn<T>(DataField field, Action<T, ArrayBufferWriter<byte>> write) : ParquetColumn
    where T : struct
{
    private T[] _values = [];
    private int[] _levels = [];

    public override async ValueTask ReadAsync(ParquetRowGroupReader group, CancellationToken cancellationToken)
    {
        var rows = checked((int)group.RowCount);
        if (_values.Length < rows) _values = new T[rows];
        if (field.MaxDefinitionLevel == 0)
        {
            await group.ReadRawAsync<T>(field, _values, null, null, cancellationToken);
            return;
        }

        if (_levels.Length < rows) _levels = new int[rows];
        await group.ReadRawAsync<T>(field, _values, _levels, null, cancellationToken);
        Spread(rows);
    }

    public override void Write(int row, ArrayBufferWriter<byte> to)
    {
        if (field.MaxDefinitionLevel == 0 || _levels[row] == field.MaxDefinitionLevel) write(_values[row], to);
    }

    /// <summary>Moves the values, which stand without gaps, to their rows.</summary>
    private void Spread(int rows)
    {
        var from = _levels.AsSpan(0, rows).Count(field.MaxDefinitionLevel);
        for (var row = rows - 1; from < row + 1 && from > 0; row--)
        {
            if (_levels[row] == field.MaxDefinitionLevel) _values[row] = _values[--from];
        }
    }
}
