using System.Globalization;
using System.IO.Compression;
using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;
using Serverless.Tests.Intake;

namespace Serverless.Learning.Tests.Reading;

/// <summary>One table in every format that is read.</summary>
public class FormatTests
{
    private const int Rows = 400;

    private static readonly string[] _names = ["size", "colour", "sold", "fast", "price"];
    private static readonly Row[] _rows = [.. Draw()];

    private sealed record Row(double? Size, string? Colour, DateTime Sold, bool Fast, double Price)
    {
        public object?[] Cells => [Size, Colour, Sold, Fast, Price];
    }

    public static TheoryData<string> Formats =>
        ["tsv", "semicolons", "utf-16", "windows-1252", "jsonl", "json", "jsonl.gz", "xlsx", "parquet", "zip"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_table_has_the_same_columns_and_rows_in_every_format(string format)
    {
        var (expected, schema) = await ReadAsync(Text(','));

        var (found, otherSchema) = await ReadAsync(await FileAsync(format));

        Assert.Equal(
            schema.Columns.Select(c => (c.Name, c.Type, c.Role)),
            otherSchema.Columns.Select(c => (c.Name, c.Type, c.Role)));
        Assert.Equal(Rows, found.Table!.RowCount);
        Assert.Equal(0, found.Report.BadRows);
        Assert.Equal(expected.Table!.RowHashes, found.Table.RowHashes);
        Assert.Equal(Values<float>(expected, "price"), Values<float>(found, "price"));
        Assert.Equal(Values<long>(expected, "sold"), Values<long>(found, "sold"));
        Assert.Equal(
            ((CategoricalColumn)expected.Table.Find("colour")!).Values,
            ((CategoricalColumn)found.Table.Find("colour")!).Values);
        Assert.DoesNotContain(found.Report.Anomalies, a => a.Code != AnomalyCodes.EncodingAssumed);
    }

    [Fact]
    public async Task Lines_around_the_table_are_warnings_and_no_bad_rows()
    {
        var text = "Report 2026\n\n" + Encoding.UTF8.GetString(Text(',')) + "Total,,,,99\n\n(400 rows affected)\n";

        var (found, _) = await ReadAsync(CsvText.Utf8(text));

        Assert.Equal((Rows, 0L), (found.Table!.RowCount, found.Report.BadRows));
        Assert.All(found.Report.Anomalies, a => Assert.Equal(AnomalySeverity.Warning, a.Severity));
        Assert.Equal(
            [(AnomalyCodes.TitleLine, 1L), (AnomalyCodes.FooterLine, 404L), (AnomalyCodes.FooterLine, 406L)],
            found.Report.Anomalies.Select(a => (a.Code, a.Row!.Value)));
    }

    [Fact]
    public async Task Columns_in_model_json_do_not_rename_those_of_a_file_that_has_names()
    {
        var definition = new ModelDefinition { Columns = [.. _names], Label = "price" };

        var inferred = await CsvText.InferAsync(await FileAsync("parquet"), definition);

        Assert.Equal(_names, inferred.Schema!.Columns.Select(c => c.Name));
    }

    private static T[] Values<T>(DatasetReadResult result, string name) => (T[])(object)(result.Table!.Find(name) switch
    {
        NumericColumn c => c.Values.ToArray(),
        TimestampColumn c => c.Ticks.ToArray(),
        _ => throw new InvalidOperationException(name),
    });

    private static async Task<(DatasetReadResult Result, DatasetSchema Schema)> ReadAsync(byte[] bytes)
    {
        var inferred = await CsvText.InferAsync(bytes);
        Assert.Null(inferred.Rejection?.Rejection);
        return (await CsvText.ReadAsync(bytes, inferred.Schema!), inferred.Schema!);
    }

    private static IEnumerable<Row> Draw()
    {
        var random = new SplitMix64(11);
        for (var i = 0; i < Rows; i++)
        {
            yield return new Row(
                random.NextInt32(9) == 0 ? null : random.NextInt32(5_000) / 8.0,
                random.NextInt32(9) == 0 ? null : ((string[])["röd", "green, \"light\"", "blue"])[random.NextInt32(3)],
                new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i * 97).AddSeconds(i % 60),
                random.NextInt32(2) == 0,
                (random.NextInt32(1_000_000) / 1000.0) + i);
        }
    }

    private static async Task<byte[]> FileAsync(string format) => format switch
    {
        "tsv" => Text('\t'),
        "semicolons" => Text(';'),
        "utf-16" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(Text(',')))],
        "windows-1252" => Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(Text(','))),
        "jsonl" => CsvText.Utf8(string.Join('\n', _rows.Select(Json))),
        "json" => CsvText.Utf8($"[{string.Join(",\n", _rows.Select(Json))}]"),
        "jsonl.gz" => CsvText.Gzip(CsvText.Utf8(string.Join('\n', _rows.Select(Json)))),
        "xlsx" => Workbook.Write([[.. _names], .. _rows.Select(r => r.Cells)]),
        "parquet" => await ParquetFile.WriteAsync(
            [.. _names.Select((name, i) => new ParquetValues(name, [.. _rows.Select(r => r.Cells[i])]))]),
        _ => Zip(("table.csv", Encoding.UTF8.GetString(Text(',')))),
    };

    private static byte[] Text(char delimiter)
    {
        var text = new StringBuilder(string.Join(delimiter, _names)).Append('\n');
        foreach (var row in _rows)
        {
            string[] fields =
            [
                Number(row.Size), Quote(row.Colour), $"{row.Sold:yyyy-MM-ddTHH:mm:ssZ}", row.Fast ? "true" : "false",
                Number(row.Price),
            ];
            text.Append(string.Join(delimiter, fields)).Append('\n');
        }

        return CsvText.Utf8(text.ToString());

        string Quote(string? value) =>
            value?.Contains('"') == true ? $"\"{value.Replace("\"", "\"\"")}\"" : value ?? "";
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Json(Row row) =>
        $"{{\"size\":{(row.Size is null ? "null" : Number(row.Size))},"
        + $"\"colour\":{(row.Colour is null ? "null" : $"\"{row.Colour.Replace("\"", "\\\"")}\"")},"
        + $"\"sold\":\"{row.Sold:yyyy-MM-ddTHH:mm:ssZ}\",\"fast\":{(row.Fast ? "true" : "false")},"
        + $"\"price\":{Number(row.Price)}}}";

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return packed.ToArray();
    }
}
