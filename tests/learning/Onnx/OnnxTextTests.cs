using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Onnx;
using Serverless.Learning.Texts;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Onnx;

/// <summary>Models of texts, on rows that have them in every form.</summary>
public class OnnxTextTests
{
    [Theory]
    [InlineData("team", "linear")]
    [InlineData("team", "gbt")]
    [InlineData("hours", "linear")]
    [InlineData("hours", "gbt")]
    [InlineData("hours", "baseline")]
    public async Task Onnx_runtime_answers_as_we_do(string label, string trainer)
    {
        OnnxRuntime.Require();
        var csv = Tickets.Csv(1_500, seed: 1);
        var definition = new ModelDefinition { Label = label };
        var schema = await CsvText.SchemaAsync(csv, definition);
        var table = (await CsvText.ReadAsync(csv, schema, definition)).Table!;
        var signature = SignatureBuilder.Build(schema, table, [.. Enumerable.Range(0, table.RowCount)]);
        var data = new TrainingData(
            signature.Task, SignatureEncoder.Encode(signature, table),
            SignatureEncoder.EncodeLabels(signature, table).Values, signature.Classes.Count);
        var scorer = Synthetic.Train(trainer, data, data);
        var rows = new OnnxRows(signature);
        rows.Add(table);
        rows.AddHostile(table);

        var (file, obstacle) = OnnxModel.Write(signature, scorer);

        Assert.Null(obstacle);
        await OnnxAgreement.VerifyAsync(file!, signature, scorer, rows);
    }

    [Fact]
    public async Task Slots_of_many_words_and_scores_are_ours_to_the_bit()
    {
        OnnxRuntime.Require();
        var csv = Tickets.Csv(4_000, seed: 2);
        var definition = new ModelDefinition { Label = "team" };
        var schema = await CsvText.SchemaAsync(csv, definition);
        var table = (await CsvText.ReadAsync(csv, schema, definition)).Table!;
        var signature = SignatureBuilder.Build(schema, table, [.. Enumerable.Range(0, table.RowCount)]);
        signature = signature with { Features = [signature.Features.Single(f => f.Name == "text")] };
        var rows = new OnnxRows(signature);
        rows.Add(table);
        var graph = new OnnxGraph(["text"]);
        var features = new OnnxFeatures(graph, signature);
        foreach (var (slot, value) in signature.Slots.Zip(features.Slots))
        {
            graph.Output(slot.Name, value, OnnxType.Float, 1, "");
        }

        var answers = await OnnxRuntime.RunAsync(graph.ToFile("texts", ""), rows.Columns);

        foreach (var (s, slot) in signature.Slots.Index())
        {
            Assert.Equal(rows.Slots.Select(r => r[s]), answers[slot.Name].Numbers.Select(n => (float)n));
        }
    }

    [Fact]
    public async Task A_model_that_knows_no_word_answers_the_same()
    {
        OnnxRuntime.Require();
        var signature = new Signature
        {
            Task = ModelTask.Regression,
            Label = "y",
            Classes = [],
            Features =
            [
                new SignatureFeature
                {
                    Name = "text",
                    Type = ColumnType.Text,
                    Text = new TextEncoding { Terms = [], Idf = [], Scores = [], Weights = [] },
                },
            ],
        };
        var rows = new OnnxRows(signature);
        foreach (var text in (string?[])["a b", null, "", "c"]) rows.Add([text]);
        var data = new TrainingData(
            signature.Task, new FeatureMatrix(signature.Slots, [[.. rows.Slots.Select(r => r[0])]], 4),
            [1, 2, 2, 1], 0);
        var scorer = Synthetic.Train("linear", data, data);

        await OnnxAgreement.VerifyAsync(OnnxModel.Write(signature, scorer).File!, signature, scorer, rows);
    }
}
