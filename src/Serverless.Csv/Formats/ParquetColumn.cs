using System.Buffers;
using System.Globalization;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Cells;
using Serverless.Csv.Values;

namespace Serverless.Csv.Formats;

/// <summary>The values of one column in one row group, as fields of CSV.</summary>
internal abstract class ParquetColumn
{
    /// <summary>Room for a number or a moment.</summary>
    protected const int MaxNumberLength = 64;

    /// <summary>Reads the values of a row group, which replace those before.</summary>
    public abstract ValueTask ReadAsync(ParquetRowGroupReader group, CancellationToken cancellationToken);

    /// <summary>Writes a row's value, or nothing where it is null, and the byte that ends the field.</summary>
    public abstract void Write(int row, byte end, ArrayBufferWriter<byte> to);

    /// <summary>Whether nothing is written for a row.</summary>
    public abstract bool IsBlank(int row);

    /// <summary>Null for values that are no text, number or moment.</summary>
    /// <param name="isExact">Texts keep blanks at their ends, which are otherwise dropped.</param>
    public static ParquetColumn? For(DataField field, bool isExact) => field switch
    {
        { MaxRepetitionLevel: > 0 } => null,
        TimeDataField time => time.Precision switch
        {
            TimeUnitPrecision.Millis => new ParquetColumn<int>(field, (v, to) => WriteTime(v * 10_000L, to)),
            TimeUnitPrecision.Micros => new ParquetColumn<long>(field, (v, to) => WriteTime(v * 10L, to)),
            _ => new ParquetColumn<long>(field, (v, to) => WriteTime(v / 100L, to)),
        },
        DateTimeDataField => new ParquetColumn<DateTime>(field, static (v, to) => IsoText.Write(v.Ticks, to)),
        _ => For(field, field.ClrType, isExact),
    };

    private static ParquetColumn? For(DataField field, Type type, bool isExact)
    {
        if (type == typeof(double)) return new ParquetColumn<double>(field, WriteDouble);
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            return new ParquetTextColumn(field, isExact);
        }

        if (type == typeof(bool))
        {
            return new ParquetColumn<bool>(field, static (v, to) => Copy(v ? "true"u8 : "false"u8, to));
        }

        if (type == typeof(DateOnly))
        {
            return new ParquetColumn<DateOnly>(
                field, static (v, to) => IsoText.Write(v.DayNumber * TimeSpan.TicksPerDay, to));
        }

        if (type == typeof(DateTime))
        {
            return new ParquetColumn<DateTime>(field, static (v, to) => IsoText.Write(v.Ticks, to));
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

    private static int Write<T>(T value, string format, Span<byte> to)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(to, out var length, format, CultureInfo.InvariantCulture);
        return length;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    private static int WriteDouble(double value, Span<byte> to) =>
        FewDecimals.TryWrite(to, value, out var length) ? length : ShortestDoubleFormatter.Write(to, value);

    private static int WriteTime(long ticks, Span<byte> to) => ticks is >= 0 and < TimeSpan.TicksPerDay
        ? Write(new TimeOnly(ticks), "HH:mm:ss.FFFFFFF", to)
        : Write(new TimeSpan(ticks), "c", to);
}

/// <summary>Writes a value into room for any number or moment.</summary>
/// <returns>The bytes written.</returns>
internal delegate int ValueWriter<T>(T value, Span<byte> to);

/// <summary>Values of one size, which null ones leave out.</summary>
internal abstract class ParquetValueColumn<T>(DataField field) : ParquetColumn
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

    /// <summary>False where the value is null.</summary>
    protected bool TryGet(int row, out T value)
    {
        value = _values[row];
        return field.MaxDefinitionLevel == 0 || _levels[row] == field.MaxDefinitionLevel;
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

/// <param name="write">Writes a value; called from several threads.</param>
internal sealed class ParquetColumn<T>(DataField field, ValueWriter<T> write) : ParquetValueColumn<T>(field)
    where T : struct
{
    public override bool IsBlank(int row) => !TryGet(row, out _);

    public override void Write(int row, byte end, ArrayBufferWriter<byte> to)
    {
        var room = to.GetSpan(MaxNumberLength + 1);
        var length = TryGet(row, out var value) ? write(value, room) : 0;
        room[length] = end;
        to.Advance(length + 1);
    }
}
