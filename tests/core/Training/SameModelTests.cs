using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Numerics;
using Serverless.Tests;
using Serverless.Tests.Intake;

namespace Serverless.Core.Tests.Training;

/// <summary>One table as teams of several countries and tools drop it.</summary>
public sealed class SameModelTests
{
    private const int Rows = 700;
    private const string Definition = """{"training": {"trainers": ["gbt", "linear"], "trials": 2}}""";

    private static readonly string[] _names = ["sold", "amount", "size", "count", "paid", "region", "y"];

    public static TheoryData<string, string> Labels
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] files = ["german.csv", "french.csv", "swedish.csv.gz", "a.parquet", "a.jsonl", "a.xlsx"];
            foreach (var file in files)
            {
                foreach (var label in (string[])["numbers", "classes"]) data.Add(file, label);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public async Task A_table_gives_the_same_model_in_every_format(string file, string label)
    {
        var rows = Draw(label == "classes");

        var expected = await TrainAsync("us.csv", rows);

        Assert.Equal(expected, await TrainAsync(file, rows));
    }

    private static async Task<string> TrainAsync(string file, List<object?[]> rows)
    {
        await using var product = new Product();
        await product.WriteAsync(BlobPaths.Definition("sales"), Definition);
        await product.Store.WriteAsync(
            BlobPaths.Dataset("sales", file), await FileAsync(file, rows), WriteCondition.Always,
            TestContext.Current.CancellationToken);
        var record = await product.RunAsync("sales", file);
        Assert.True(record.Outcome == RunOutcome.Promoted, $"{file}: {record.Message}");
        Assert.Equal(0, record.Reports.Sum(r => r.BadRows));
        return (await product.Registry.GetAsync("sales", 1, TestContext.Current.CancellationToken))!.ModelHash;
    }

    private static Task<byte[]> FileAsync(string file, List<object?[]> rows) => file switch
    {
        "us.csv" => Text(rows, ",", "M/d/yyyy h:mm tt", NumberFormatInfo.InvariantInfo, "TRUE", "FALSE"),
        "german.csv" => Text(rows, ";", "d.M.yyyy HH:mm", Numbers("."), "ja", "nein"),
        "french.csv" => Text(rows, ";", "dd/MM/yyyy HH:mm", Numbers("\u202F"), "oui", "non"),
        "swedish.csv.gz" => Packed(Text(rows, "\t", "yyyy-MM-dd HH:mm", Numbers("\u00A0"), "sant", "falskt")),
        "a.parquet" => ParquetFile.WriteAsync(
            [.. _names.Select((name, i) => new ParquetValues(
                name, [.. rows.Select(r => r[i] is double count && name == "count" ? (long)count : r[i])]))]),
        "a.jsonl" => Task.FromResult(CsvText.Utf8(string.Join('\n', rows.Select(Json)))),
        _ => Task.FromResult(Workbook.Write([[.. _names], .. rows])),
    };

    private static NumberFormatInfo Numbers(string thousands) =>
        new() { NumberDecimalSeparator = ",", NumberGroupSeparator = thousands };

    private static async Task<byte[]> Packed(Task<byte[]> text) => CsvText.Gzip(await text);

    private static Task<byte[]> Text(
        List<object?[]> rows, string delimiter, string date, NumberFormatInfo numbers, string yes, string no)
    {
        var text = new StringBuilder(string.Join(delimiter, _names)).Append('\n');
        foreach (var row in rows) text.Append(string.Join(delimiter, row.Select(Cell))).Append('\n');
        return Task.FromResult(CsvText.Utf8(text.ToString()));

        string Cell(object? value) => value switch
        {
            null => "",
            DateTime moment => moment.ToString(date, CultureInfo.InvariantCulture),
            bool flag => flag ? yes : no,
            double number when number.ToString("#,##0.###", numbers) is var written =>
                written.Contains(delimiter, StringComparison.Ordinal) ? $"\"{written}\"" : written,
            _ => (string)value,
        };
    }

    private static string Json(object?[] row)
    {
        var line = new JsonObject();
        foreach (var (name, value) in _names.Zip(row))
        {
            line[name] = value switch
            {
                null => null,
                DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                bool flag => flag,
                double number => number,
                _ => (string)value,
            };
        }

        return line.ToJsonString();
    }

    /// <summary>
    /// Fractions are eighths, which every format holds exactly. Moments are in order beside numbers, so that time
    /// splits the rows, and in none beside classes, so that the rows' hashes do.
    /// </summary>
    private static List<object?[]> Draw(bool areClasses)
    {
        var random = new SplitMix64(5);
        var rows = new List<object?[]>();
        for (var i = 0; i < Rows; i++)
        {
            double amount = random.NextInt32(400_000) / 8.0, size = random.NextInt32(900) / 8.0;
            var (count, region) = (random.NextInt32(60), random.NextInt32(3));
            var y = (amount / 100) + (size * (region + 1)) + (random.NextInt32(160) / 8.0) - 90;
            rows.Add(
            [
                new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc)
                    .AddMinutes(areClasses ? random.NextInt32(900_000) : i * 1_447),
                random.NextInt32(20) == 0 ? null : amount,
                random.NextInt32(20) == 0 ? null : size,
                random.NextInt32(20) == 0 ? null : (double)count,
                random.NextInt32(20) == 0 ? null : random.NextInt32(2) == 0,
                random.NextInt32(20) == 0 ? null : ((string[])["Malmö", "Köln", "Aix"])[region],
                areClasses ? (y < 150 ? "low" : y < 300 ? "middle" : "high") : Math.Round(y * 8) / 8,
            ]);
        }

        return rows;
    }
}
