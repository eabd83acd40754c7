using System.Buffers;
using System.Globalization;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Cells;
using Serverless.Csv.Values;

namespace Serverless.Csv.Formats;

/// <summary>The values of one column in one row group.</summary>
public abstract class ParquetColumn
{
    /// <summary>Room for a number or a moment.</summary>
    protected const int MaxNumberLength = 64;

    /// <summary>By row, NaN where missing; empty where the values are read by their texts.</summary>
    public virtual ReadOnlySpan<double> Numbers => default;

    /// <summary>By row, of UTC, the least of all where missing; empty where the values are no moments.</summary>
    public virtual ReadOnlySpan<long> Ticks => default;

    /// <summary>Null where the values are no texts.</summary>
    public virtual ParquetTexts? Texts => null;

    /// <summary>Whether blanks at the ends of texts are kept.</summary>
    public virtual bool IsExact => false;

    /// <summary>Whether nothing is written for a row.</summary>
    internal bool IsBlank(int row)
    {
        var room = new byte[MaxLength(row)];
        return Write(row, room) == 0;
    }

    /// <summary>Room that <see cref="Write(int, Span{byte})"/> needs.</summary>
    public virtual int MaxLength(int row) => MaxNumberLength;

    /// <summary>Writes a row's value as a cell; nothing where it is missing.</summary>
    /// <returns>The bytes written.</returns>
    public abstract int Write(int row, Span<byte> to);

    /// <summary>Writes a row's value as a field of CSV, and the byte that ends it.</summary>
    public void Write(int row, byte end, ArrayBufferWriter<byte> to)
    {
        var room = to.GetSpan(MaxLength(row) + 1);
        var length = Write(row, room);
        var text = room[..length];
        var hasBlanks = IsExact && length > 0
            && (text[0] is (byte)' ' or (byte)'\t' || text[^1] is (byte)' ' or (byte)'\t');
        if (hasBlanks || (Texts is not null && CsvRow.NeedsQuotes(text)))
        {
            CsvRow.WriteQuoted(to, text.ToArray());
            to.Write([end]);
            return;
        }

        room[length] = end;
        to.Advance(length + 1);
    }

    /// <summary>Reads the values of a row group, which replace those before.</summary>
    internal abstract ValueTask ReadAsync(ParquetGroup group, CancellationToken cancellationToken);

    /// <summary>Null for values that are no text, number or moment.</summary>
    /// <param name="isExact">Texts keep blanks at their ends, which are otherwise dropped.</param>
    internal static ParquetColumn? For(DataField field, bool isExact) => field switch
    {
        { MaxRepetitionLevel: > 0 } => null,
        TimeDataField time => time.Precision switch
        {
            TimeUnitPrecision.Millis => new ParquetColumn<int>(field, (v, to) => WriteTime(v * 10_000L, to), null),
            TimeUnitPrecision.Micros => new ParquetColumn<long>(field, (v, to) => WriteTime(v * 10L, to), null),
            _ => new ParquetColumn<long>(field, (v, to) => WriteTime(v / 100L, to), null),
        },
        DateTimeDataField => new ParquetMomentColumn(field),
        _ => For(field, field.ClrType, isExact),
    };

    private static ParquetColumn? For(DataField field, Type type, bool isExact)
    {
        if (type == typeof(double)) return new ParquetColumn<double>(field, WriteDouble, static v => v);
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            return new ParquetTextColumn(field, isExact);
        }

        if (type == typeof(bool))
        {
            return new ParquetColumn<bool>(field, static (v, to) => Copy(v ? "true"u8 : "false"u8, to), null);
        }

        if (type == typeof(DateOnly))
        {
            return new ParquetColumn<DateOnly>(
                field, static (v, to) => IsoText.Write(v.DayNumber * TimeSpan.TicksPerDay, to), null);
        }

        if (type == typeof(DateTime))
        {
            return new ParquetMomentColumn(field);
        }

        if (type == typeof(decimal))
        {
            return new ParquetColumn<decimal>(
                field, static (v, to) => Write(v, "0.############################", to), null);
        }

        if (type == typeof(int)) return Plain<int>(field, static v => v);
        if (type == typeof(long)) return Plain<long>(field, static v => v);
        if (type == typeof(float)) return Plain<float>(field, null);
        if (type == typeof(sbyte)) return Plain<sbyte>(field, static v => v);
        if (type == typeof(byte)) return Plain<byte>(field, static v => v);
        if (type == typeof(short)) return Plain<short>(field, static v => v);
        if (type == typeof(ushort)) return Plain<ushort>(field, static v => v);
        if (type == typeof(uint)) return Plain<uint>(field, static v => v);
        if (type == typeof(ulong)) return Plain<ulong>(field, static v => v);
        if (type == typeof(Half)) return Plain<Half>(field, null);
        return type == typeof(Guid) ? Plain<Guid>(field, null) : null;
    }

    private static ParquetColumn<T> Plain<T>(DataField field, Func<T, double>? toNumber)
        where T : struct, IUtf8SpanFormattable => new(field, static (v, to) => Write(v, "", to), toNumber);

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
