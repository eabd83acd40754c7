using System.Globalization;
using System.Text;
using Serverless.Core.Batch;
using Serverless.Csv.Records;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Core.Tests.Batch;

/// <summary>Rows of many numbers, which are read eight at a time, beside what each text means on its own.</summary>
public sealed class BatchRowReaderTests
{
    private const int Rows = 4000;
    private const string Colour = "colour";

    /// <summary>Texts, and the slot of each; null where it makes the row bad.</summary>
    private static readonly (string Text, float? Slot)[] _texts =
    [
        ("1.5", 1.5f), ("-0.25", -0.25f), ("0", 0), ("7", 7), ("9.999999", 9.999999f), ("-3", -3), ("2.5", 2.5f),
        ("0.000001", 0.000001f),
        ("", float.NaN), ("NA", float.NaN), (" 4 ", 4), ("\"8\"", 8), ("1e-3", 0.001f), ("+5", 5), (".5", 0.5f),
        ("1.2345678901234567", 1.2345679f),
        ("many", null), ("1.2.3", null), ("--1", null), ("1e400", float.MaxValue), ("11", 11), ("-3.01", -3.01f),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(29)]
    public async Task Every_number_comes_into_its_slot_and_the_first_bad_one_makes_its_row_bad(int numbers)
    {
        // One in ten rows has an odd text somewhere, as few rows would be good otherwise; a category stands among the
        // numbers, a column that nobody knows at the end, and features are in another order than fields.
        var random = new SplitMix64((ulong)numbers);
        var features = Enumerable.Range(0, numbers).Select(i => Number(i)).ToList();
        features.Insert(
            numbers / 2,
            new SignatureFeature { Name = Colour, Type = ColumnType.Categorical, Categories = ["red", "blue"] });
        int[] fields = [.. Enumerable.Range(0, features.Count)];
        for (var i = features.Count - 1; i > 0; i--)
        {
            var other = random.NextInt32(i + 1);
            (fields[i], fields[other]) = (fields[other], fields[i]);
        }

        var signature = new Signature { Task = ModelTask.Regression, Label = "y", Classes = [], Features = features };
        var csv = new StringBuilder();
        var (slots, reasons) = (new List<float[]>(), new List<string?>());
        for (var row = 0; row < Rows; row++)
        {
            var isOdd = random.NextInt32(10) == 0;
            var drawn = features.Select(
                f => f.Name == Colour ? ("blue", 1) : _texts[random.NextInt32(isOdd ? _texts.Length : 8)]).ToArray();
            var texts = new string[features.Count];
            for (var f = 0; f < drawn.Length; f++) texts[fields[f]] = drawn[f].Item1;
            csv.Append(CultureInfo.InvariantCulture, $"{string.Join(',', texts)},-\n");
            slots.Add([.. drawn.Select((d, f) => d.Item2 ?? 0)]);
            reasons.Add(drawn.Index()
                .Where(d => d.Item.Item2 is null || IsBad(features[d.Index], d.Item.Item2.Value)).Select(
                    d => features[d.Index].Name).FirstOrDefault());
        }

        await using var file = await CsvSource.OpenAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), Cancelled, hashes: false);
        var columns = new BatchColumns(new string[features.Count + 1], -1, fields, null);
        var reader = new BatchRowReader(file.Csv, columns, signature);
        var chunk = new BatchChunk(new RowEncoder(signature).EmptyRow, 1);
        var (read, bad) = (0, 0);
        do
        {
            chunk.Clear(read + 1);
            await reader.FillAsync(chunk, Cancelled);
            for (var row = 0; row < chunk.Count; row++, read++)
            {
                var error = chunk.Errors.Find(e => e.Row == row).What;
                Assert.Equal(reasons[read], error?.Column);
                if (error is not null) bad++;
                else Assert.Equal(slots[read], chunk.Slots[(row * features.Count)..((row + 1) * features.Count)]);
            }
        }
        while (chunk.Count > 0);
        Assert.Equal(Rows, read);
        Assert.InRange(bad, Rows / 100, Rows / 5);
    }

    /// <summary>One has a range, the next must be there, and others are as most are.</summary>
    private static SignatureFeature Number(int i) => new()
    {
        Name = $"n{i}",
        Type = ColumnType.Numeric,
        Range = i % 4 == 1 ? new NumericRange(-3, 10) : null,
        Required = i % 4 == 2,
    };

    private static bool IsBad(SignatureFeature feature, float value) =>
        float.IsNaN(value) ? feature.Required : feature.Range is { } range && (value < range.Min || value > range.Max);
}
