using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Texts;

public class TextFeatureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_of_texts_tell_classes_of_unseen_rows_apart()
    {
        var (signature, table) = await LearnAsync(Tickets.Csv(3_000, seed: 1), Teams);
        var text = signature.Features.Single(f => f.Name == "text").Text!;
        var unseen = await TableAsync(Tickets.Csv(1_000, seed: 2), Teams);

        var encoded = SignatureEncoder.Encode(signature, unseen);
        var labels = SignatureEncoder.EncodeLabels(signature, unseen).Values;
        var first = signature.Slots.Index().First(s => s.Item.Name == "text.known").Index;
        var right = Enumerable.Range(0, unseen.RowCount).Count(row => labels[row] == Enumerable.Range(0, 3)
            .MaxBy(c => encoded.Columns[first + 1 + c][row]));

        Assert.Equal(["access", "billing", "product"], text.Scores);
        Assert.Contains("password", text.Terms);
        Assert.Contains(text.Terms, t => t.Contains(' ', StringComparison.Ordinal));
        Assert.InRange(text.Terms.Count, 50, TextEncoding.MaxTerms);
        Assert.InRange(right, 850, 1000);
        Assert.Equal(3_000, table.RowCount);
    }

    [Fact]
    public async Task The_encoding_is_the_same_for_any_number_of_threads()
    {
        var table = await TableAsync(Tickets.Csv(2_000, seed: 1), Teams);
        var schema = await CsvText.SchemaAsync(Tickets.Csv(2_000, seed: 1), Teams);
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];

        var one = SignatureBuilder.Build(schema, name => table.Find(name)!, rows, threads: 1);
        var four = SignatureBuilder.Build(schema, name => table.Find(name)!, rows, threads: 4);

        Assert.Equal(Bytes(one), Bytes(four));
        Assert.Equal(
            SignatureEncoder.Encode(one, table, threads: 1).Columns,
            SignatureEncoder.Encode(four, table, threads: 4).Columns);
    }

    [Theory]
    [InlineData("team", "737af6ee79e2d070")]
    [InlineData("hours", "6c1c0f4ec08402a2")]
    public async Task An_encoding_and_its_slots_are_the_bytes_they_were(string label, string expected)
    {
        var csv = Tickets.Csv(2_000, seed: 7);
        var (signature, table) = await LearnAsync(csv, new ModelDefinition { Label = label });
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        var encoded = SignatureEncoder.Encode(signature, table);
        var training = SignatureEncoder.EncodeTraining(signature, table, rows, encoded, threads: 2);
        byte[] all =
        [
            .. Bytes(signature),
            .. encoded.Columns.Concat(training.Columns).SelectMany(c => MemoryMarshal.AsBytes<float>(c).ToArray()),
        ];

        Assert.Contains(signature.Features, f => f.Type == ColumnType.Text);
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(all))[..16]);
    }

    [Fact]
    public async Task A_training_row_is_scored_without_its_own_label()
    {
        // Labels by lot: weights that have seen them find them again, others cannot.
        var random = new SplitMix64(3);
        var csv = "text,y\n" + string.Concat(Enumerable.Range(0, 1_000).Select(
            _ => $"\"{Tickets.Sentence(random, random.NextInt32(3))}\",{random.NextInt32(2)}\n"));
        var definition = Definition("y") with { Task = ModelTask.Regression };
        var (signature, table) = await LearnAsync(csv, definition);
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        var labels = SignatureEncoder.EncodeLabels(signature, table).Values;

        var seen = SignatureEncoder.Encode(signature, table);
        var training = SignatureEncoder.EncodeTraining(signature, table, rows, seen, threads: 2);

        Assert.InRange(Correlation(seen.Columns[1], labels), 0.4, 1);
        Assert.InRange(Correlation(training.Columns[1], labels), -0.15, 0.1);
        Assert.Equal(seen.Columns[0], training.Columns[0]);
    }

    [Fact]
    public async Task A_request_has_the_slots_of_its_row_in_the_table()
    {
        var (signature, table) = await LearnAsync(Tickets.Csv(1_000, seed: 4), Teams);
        var encoded = SignatureEncoder.Encode(signature, table);
        var encoder = new RowEncoder(signature);
        var texts = (CategoricalColumn)table.Find("text")!;
        var feature = encoder.FeatureIndex("text"u8);
        var (first, count) = (encoder.FirstSlot(feature), signature.Features[feature].Text!.SlotCount);
        for (var row = 0; row < table.RowCount; row++)
        {
            var slots = encoder.EmptyRow.ToArray();
            if (texts.Codes[row] >= 0)
            {
                Assert.True(encoder.SetText(slots, feature, Encoding.UTF8.GetBytes(texts.Values[texts.Codes[row]])));
            }

            Assert.Equal(
                Enumerable.Range(first, count).Select(s => encoded.Columns[s][row]), slots[first..(first + count)]);
        }
    }

    [Fact]
    public async Task A_text_without_words_is_missing_and_an_unknown_one_neutral()
    {
        var (signature, _) = await LearnAsync(Tickets.Csv(1_000, seed: 4), Teams);
        var encoder = new RowEncoder(signature);
        var feature = encoder.FeatureIndex("text"u8);
        var first = encoder.FirstSlot(feature);

        float[] Slots(string text)
        {
            var slots = encoder.EmptyRow.ToArray();
            encoder.SetText(slots, feature, Encoding.UTF8.GetBytes(text));
            return slots[first..(first + 4)];
        }

        Assert.Equal([float.NaN, 0, 0, 0], encoder.EmptyRow[first..(first + 4)].ToArray());
        Assert.Equal([float.NaN, 0, 0, 0], Slots("?! …"));
        Assert.Equal([0, 0, 0, 0], Slots("Völlig fremd"));
        Assert.Equal(Slots("Password RESET"), Slots("  password,reset.."));
    }

    [Fact]
    public async Task All_rows_of_a_large_file_are_binned_by_the_same_scores()
    {
        var csv = Tickets.Csv(3_000, seed: 5);
        var inference = await CsvText.InferAsync(csv, Teams);
        var plan = BinningPlanner.For(inference.Schema!, [inference.Sample!], threads: 2, maxRows: 500);
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(CsvText.Utf8(csv)),
            new DatasetReadOptions("file.csv", inference.Schema!, Teams)
            {
                Plan = plan,
                Rows = inference.Sample!.Rows.Seen,
                Formats = inference.Sample.Formats,
            },
            Cancelled);
        int[] rows = [.. Enumerable.Range(0, read.AllRows!.RowCount)];
        var signature = SignatureBuilder.Build(inference.Schema!, read.AllRows.Find, rows, threads: 2);
        var whole = await TableAsync(csv, Teams);
        var expected = SignatureEncoder.EncodeTraining(
            signature, whole, rows, SignatureEncoder.Encode(signature, whole), threads: 2);

        var binned = BinnedTableEncoder.TakeOver(signature, read.AllRows, rows, threads: 2);

        var place = signature.Features.Index().Single(f => f.Item.Name == "text").Index;
        foreach (var (s, slot) in signature.Slots.Index().Where(s => s.Item.Feature == place))
        {
            var column = BinnedColumn.Create(slot, expected.Columns[s], BinnedColumn.MaxValueBins);
            Assert.Equal(column.Bins, binned.Columns[s].Bins);
            Assert.Equal(column.Thresholds, binned.Columns[s].Thresholds);
        }
    }

    [Fact]
    public async Task A_model_file_keeps_the_words_and_their_weights()
    {
        var (signature, table) = await LearnAsync(Tickets.Csv(1_000, seed: 6), Teams);
        var features = SignatureEncoder.Encode(signature, table);
        var labels = SignatureEncoder.EncodeLabels(signature, table).Values;
        var data = new TrainingData(signature.Task, features, labels, 3);
        var scorer = Synthetic.Train("linear", data, data);
        var file = ModelFile.Write(signature, ProfileBuilder.Build(signature, features, new double[30]), scorer);

        var read = ModelFile.Read(file, Synthetic.Trainers);

        Assert.Equal(Bytes(signature), Bytes(read.Signature));
        Assert.Equal(features.Columns, SignatureEncoder.Encode(read.Signature, table).Columns);
        var profile = read.Profile.Features.Single(f => f.Type == ColumnType.Text);
        Assert.InRange(profile.Mean!.Value, 5, 30);
        Assert.InRange(profile.Missing, 10, 70);
    }

    private static readonly ModelDefinition Teams = Definition("team") with
    {
        Features = [new FeatureDefinition { Name = "hours", Ignored = true }],
    };

    private static ModelDefinition Definition(string label) =>
        new() { Label = label, Features = [new FeatureDefinition { Name = "text", Type = ColumnType.Text }] };

    private static async Task<(Signature Signature, Table Table)> LearnAsync(string csv, ModelDefinition definition)
    {
        var schema = await CsvText.SchemaAsync(csv, definition);
        var table = (await CsvText.ReadAsync(csv, schema, definition)).Table!;
        return (SignatureBuilder.Build(schema, table, [.. Enumerable.Range(0, table.RowCount)]), table);
    }

    private static async Task<Table> TableAsync(string csv, ModelDefinition definition) =>
        (await CsvText.ReadAsync(csv, await CsvText.SchemaAsync(csv, definition), definition)).Table!;

    private static byte[] Bytes(Signature signature) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(signature);

    private static double Correlation(float[] a, float[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var both = a.Zip(b).Sum(p => (p.First - meanA) * (double)(p.Second - meanB));
        return both / Math.Sqrt(
            a.Sum(x => (x - meanA) * (double)(x - meanA)) * b.Sum(x => (x - meanB) * (double)(x - meanB)));
    }
}
