using System.Text;
using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Tests;

/// <summary>Shorthands to put texts and bytes through the production readers.</summary>
internal static class CsvText
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>All fields as texts; a faulty record is null.</summary>
    public static async Task<(List<string[]?> Records, List<long> Lines, Anomaly? Damage)> TokenizeAsync(byte[] bytes)
    {
        await using var file = await CsvSource.OpenAsync(
            new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var csv = file.Csv;
        var records = new List<string[]?>();
        var lines = new List<long>();
        do
        {
            while (csv.TryRead())
            {
                lines.Add(csv.Line);
                records.Add(csv.Fault == QuoteFault.None
                    ? [.. Enumerable.Range(0, csv.FieldCount).Select(i => Encoding.UTF8.GetString(csv.Field(i)))]
                    : null);
            }
        }
        while (await csv.FillAsync(TestContext.Current.CancellationToken));
        return (records, lines, Anomaly.Of(csv.Damage));
    }

    public static Task<SchemaInferenceResult> InferAsync(string text, ModelDefinition? definition = null) =>
        InferAsync(Utf8(text), definition);

    public static Task<SchemaInferenceResult> InferAsync(byte[] bytes, ModelDefinition? definition = null) =>
        SchemaInference.InferAsync(
            new MemoryStream(bytes), "file.csv", definition ?? new(), TestContext.Current.CancellationToken);

    public static async Task<DatasetSchema> SchemaAsync(string text, ModelDefinition? definition = null)
    {
        var result = await InferAsync(text, definition);
        Assert.Null(result.Rejection?.Rejection);
        return result.Schema!;
    }

    public static Task<DatasetReadResult> ReadAsync(
        string text, DatasetSchema schema, ModelDefinition? definition = null, Stream? quarantine = null) =>
        ReadAsync(Utf8(text), schema, definition, quarantine);

    /// <summary>As a run does: after a look at a sample of it.</summary>
    public static async Task<DatasetReadResult> ReadAsync(
        byte[] bytes, DatasetSchema schema, ModelDefinition? definition = null, Stream? quarantine = null)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var sample = await FileSample.ReadAsync(new MemoryStream(bytes), definition ?? new(), cancelled);
        return await DatasetReader.ReadAsync(
            new MemoryStream(bytes),
            new DatasetReadOptions("file.csv", schema, definition ?? new())
            {
                Quarantine = quarantine is null ? null : () => quarantine,
                Formats = sample.Formats,
            },
            cancelled);
    }

    /// <summary>What a dropped file goes through: inference, then reading.</summary>
    public static async Task<ValidationReport> DropAsync(byte[] bytes, ModelDefinition? definition = null)
    {
        var inferred = await InferAsync(bytes, definition);
        return inferred.Rejection ?? (await ReadAsync(bytes, inferred.Schema!, definition)).Report;
    }

    public static async Task<ValidationReport> DropAsync(string text, ModelDefinition? definition = null) =>
        await DropAsync(Utf8(text), definition);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(
            packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Rows of a size, a colour, a moment and a price that depends on them, with a header.</summary>
    public static string Shop(int rows)
    {
        var random = new SplitMix64(7);
        var text = new StringBuilder("size,colour,sold,price\n");
        for (var i = 0; i < rows; i++)
        {
            var size = random.NextInt32(50);
            var colour = random.NextInt32(3);
            var day = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(i);
            text.Append($"{size},{"red green blue".Split(' ')[colour]},{day:yyyy-MM-ddTHH:mm:ssZ},");
            text.Append($"{(size * 1.5) + colour + (random.NextInt32(100) / 100.0):0.##}\n");
        }

        return text.ToString();
    }

    public static readonly ModelDefinition ShopDefinition = new()
    {
        Label = "price",
        Task = ModelTask.Regression,
        Features =
        [
            new FeatureDefinition
            {
                Name = "size",
                Type = ColumnType.Numeric,
                Range = new NumericRange(0, 100),
                Required = true
            },
            new FeatureDefinition { Name = "colour", Values = ["red", "green", "blue"] },
            new FeatureDefinition { Name = "sold", Type = ColumnType.Timestamp },
        ],
    };
}
