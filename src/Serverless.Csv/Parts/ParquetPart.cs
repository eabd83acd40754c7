using System.Buffers.Text;
using System.Text;
using Parquet;
using Parquet.Schema;
using Serverless.Csv.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Parts;

/// <summary>Writes blocks of cells as row groups of typed columns.</summary>
internal sealed class ParquetPart : IAsyncDisposable
{
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;
    private readonly IReadOnlyList<(PartType Type, CellKind Kind)> _types;
    private int[] _levels = [];
    private char[] _characters = [];

    private ParquetPart(
        ParquetWriter writer, DataField[] fields, IReadOnlyList<(PartType Type, CellKind Kind)> types) =>
        (_writer, _fields, _types) = (writer, fields, types);

    /// <param name="to">Stays open.</param>
    public static async Task<ParquetPart> CreateAsync(
        Stream to, PartDescription description, IReadOnlyList<(PartType Type, CellKind Kind)> types,
        CancellationToken cancellationToken)
    {
        DataField[] fields = [.. description.Columns.Zip(types, (column, type) => FieldOf(column.Name, type.Type))];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        foreach (var (field, (type, _)) in fields.Zip(types))
        {
            if (type == PartType.Text) options.ColumnEncodingHints[field.Path.ToString()] = EncodingHint.Dictionary;
        }

        var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields.Cast<Field>()), to, options, cancellationToken: cancellationToken);
        writer.CustomMetadata = new Dictionary<string, string> { [PartDescription.Key] = description.ToJson() };
        return new ParquetPart(writer, fields, types);
    }

    public async Task WriteAsync(CellBlock block, CancellationToken cancellationToken)
    {
        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < _fields.Length; i++)
        {
            await (_types[i].Type switch
            {
                PartType.Whole => WriteAsync(group, block, i, Whole, cancellationToken),
                PartType.Number => WriteAsync(group, block, i, Number, cancellationToken),
                PartType.Day => WriteAsync(group, block, i, Day, cancellationToken),
                PartType.Moment => WriteAsync(group, block, i, Moment, cancellationToken),
                _ => WriteTextAsync(group, block, i, cancellationToken),
            });
        }
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static DataField FieldOf(string name, PartType type) => type switch
    {
        PartType.Whole => new DataField<long?>(name),
        PartType.Number => new DataField<double?>(name),
        PartType.Day => new DataField<DateOnly?>(name),
        PartType.Moment => new DateTimeDataField(
            name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: true),
        _ => new DataField<string>(name),
    };

    private delegate T CellReader<T>(ReadOnlySpan<byte> cell);

    private static long Whole(ReadOnlySpan<byte> cell) =>
        Utf8Parser.TryParse(cell, out long value, out _) ? value : throw NotOfType(cell);

    private static double Number(ReadOnlySpan<byte> cell) =>
        Utf8NumberParser.TryParse(cell, out var value) ? value : throw NotOfType(cell);

    private static DateTime Moment(ReadOnlySpan<byte> cell) =>
        TimestampText.TryParse(cell, out var ticks) ? new DateTime(ticks, DateTimeKind.Utc) : throw NotOfType(cell);

    private static DateOnly Day(ReadOnlySpan<byte> cell) => DateOnly.FromDateTime(Moment(cell));

    private static InvalidOperationException NotOfType(ReadOnlySpan<byte> cell) =>
        new($"Expected cells of their column's type only, found {FieldText.Show(cell)}.");

    private async Task WriteAsync<T>(
        ParquetRowGroupWriter group, CellBlock block, int column, CellReader<T> read,
        CancellationToken cancellationToken)
        where T : struct
    {
        var values = new T[block.Rows];
        var count = 0;
        for (var row = 0; row < block.Rows; row++)
        {
            var cell = block.Cell(row, column);
            if (Mark(row, block.Rows, CellFacts.IsMissing(cell, _types[column].Kind))) values[count++] = read(cell);
        }

        await group.WriteAllPartsAsync<T>(
            _fields[column], values.AsMemory(0, count), _levels.AsMemory(0, block.Rows), null, cancellationToken);
    }

    private async Task WriteTextAsync(
        ParquetRowGroupWriter group, CellBlock block, int column, CancellationToken cancellationToken)
    {
        var values = new ReadOnlyMemory<char>[block.Rows];
        var (count, at) = (0, 0);
        var room = Enumerable.Range(0, block.Rows).Sum(row => block.Cell(row, column).Length);
        if (_characters.Length < room) _characters = new char[room];
        for (var row = 0; row < block.Rows; row++)
        {
            var cell = block.Cell(row, column);
            if (!Mark(row, block.Rows, CellFacts.IsMissing(cell, _types[column].Kind))) continue;
            var length = Encoding.UTF8.GetChars(cell, _characters.AsSpan(at));
            values[count++] = _characters.AsMemory(at, length);
            at += length;
        }

        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(
            _fields[column], values.AsMemory(0, count), _levels.AsMemory(0, block.Rows), null, cancellationToken);
    }

    /// <summary>Sets a row's definition level.</summary>
    /// <returns>Whether the row has a value.</returns>
    private bool Mark(int row, int rows, bool isMissing)
    {
        if (_levels.Length < rows) _levels = new int[rows];
        _levels[row] = isMissing ? 0 : 1;
        return !isMissing;
    }
}
