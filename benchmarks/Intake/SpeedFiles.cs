using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;
using Serverless.Learning.Numerics;

namespace Serverless.Benchmarks.Intake;

/// <summary>
/// One table as several tools write it: ten numbers, three categories, a moment and a label. Two numbers are whole,
/// four have two decimals, four are single-precision measurements.
/// </summary>
internal sealed class SpeedFiles(int rows)
{
    private const int Numbers = 10;

    /// <summary>As DuckDB writes them.</summary>
    private const int RowsOfGroup = 122_880;

    private static readonly DateTime _start = new(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[][] _categories =
    [
        ["north", "south", "east", "west"], [.. Enumerable.Range(0, 40).Select(i => $"store {i}")],
        ["card", "cash", "invoice"],
    ];

    private static readonly string[] _names =
    [
        "sold", .. Enumerable.Range(1, Numbers).Select(i => $"n{i}"), "region", "store", "payment", "label",
    ];

    /// <summary>Point decimals, ISO moments, commas.</summary>
    public Task WriteCsvAsync(string path) => WriteTextAsync(path, ',', '.', "yyyy-MM-dd HH:mm:ss");

    /// <summary>Decimal commas, moments with the day first, semicolons.</summary>
    public Task WriteGermanAsync(string path) => WriteTextAsync(path, ';', ',', "dd.MM.yyyy HH:mm:ss");

    public async Task WriteParquetAsync(string path)
    {
        DataField[] fields =
        [
            new DateTimeDataField(_names[0], DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros),
            .. _names[1..^4].Select((name, i) => IsWhole(i) ? (DataField)new DataField<long>(name)
                : new DataField<double>(name)),
            .. _names[^4..^1].Select(name => new DataField<string>(name)),
            new DataField<double>(_names[^1]),
        ];
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        foreach (var part in Rows().Chunk(RowsOfGroup))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<DateTime>(fields[0], part.Select(r => r.Sold).ToArray());
            for (var i = 0; i < Numbers; i++)
            {
                var numbers = part.Select(r => r.Numbers[i]);
                await (IsWhole(i)
                    ? group.WriteAsync<long>(fields[i + 1], numbers.Select(n => (long)n).ToArray())
                    : group.WriteAsync<double>(fields[i + 1], numbers.ToArray()));
            }

            for (var i = 0; i < _categories.Length; i++)
            {
                await group.WriteAsync(fields[Numbers + 1 + i], part.Select(r => r.Categories[i]).ToArray());
            }

            await group.WriteAsync<double>(fields[^1], part.Select(r => r.Label).ToArray());
        }
    }

    private async Task WriteTextAsync(string path, char delimiter, char point, string moment)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        await writer.WriteLineAsync(string.Join(delimiter, _names));
        var line = new StringBuilder();
        foreach (var row in Rows())
        {
            line.Clear().Append(row.Sold.ToString(moment, CultureInfo.InvariantCulture));
            foreach (var number in row.Numbers) line.Append(delimiter).Append(Text(number));
            foreach (var category in row.Categories) line.Append(delimiter).Append(category);
            line.Append(delimiter).Append(Text(row.Label)).Append('\n');
            await writer.WriteAsync(line);
        }

        string Text(double number) => number.ToString(CultureInfo.InvariantCulture).Replace('.', point);
    }

    private static bool IsWhole(int number) => number < 2;

    private IEnumerable<Row> Rows()
    {
        var random = new SplitMix64(1);
        for (var i = 0; i < rows; i++)
        {
            var numbers = new double[Numbers];
            for (var n = 0; n < Numbers; n++)
            {
                numbers[n] = IsWhole(n) ? random.NextInt32(5_000)
                    : n < 6 ? random.NextInt32(1_000_000) / 100.0
                    // Of single precision, so that every format has the same digits.
                    : double.Parse(((float)(random.NextDouble() - 0.5)).ToString("G7", CultureInfo.InvariantCulture),
                        CultureInfo.InvariantCulture);
            }

            string[] categories = [.. _categories.Select(c => c[random.NextInt32(c.Length)])];
            var label = Math.Round(numbers[2] + (1000 * numbers[6]), 2);
            yield return new Row(_start.AddSeconds(i * 61L), numbers, categories, label);
        }
    }

    private sealed record Row(DateTime Sold, double[] Numbers, string[] Categories, double Label);
}
