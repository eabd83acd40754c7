using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Learning.Onnx;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Onnx;

public class OnnxModelTests
{
    private static readonly Signature OneNumber = new()
    {
        Task = ModelTask.Regression,
        Label = "y",
        Features = [new SignatureFeature { Name = "x", Type = ColumnType.Numeric }],
        Classes = [],
    };

    [Fact]
    public void Messages_are_in_the_wire_format_of_protocol_buffers()
    {
        // The examples of protobuf.dev's page on the encoding, and a negative number, which takes ten bytes.
        Assert.Equal([0x08, 0x96, 0x01], new ProtoWriter().Write(1, 150).Written.ToArray());
        Assert.Equal("120774657374696E67", Convert.ToHexString(new ProtoWriter().Write(2, "testing").Written));
        Assert.Equal(
            "1A03089601", Convert.ToHexString(new ProtoWriter().Write(3, new ProtoWriter().Write(1, 150)).Written));
        Assert.Equal("08FEFFFFFFFFFFFFFFFF01", Convert.ToHexString(new ProtoWriter().Write(1, -2).Written));
        Assert.Equal(
            "A0010120012002", Convert.ToHexString(new ProtoWriter().Write(20, 1).WriteAll(4, [1L, 2L]).Written));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var data = Synthetic.Make(ModelTask.Multiclass, 400, seed: 1);
        var signature = OneNumber with
        {
            Task = ModelTask.Multiclass,
            Classes = ["a", "b", "c", "d"],
            Features = [.. Synthetic.Slots.Select(s => new SignatureFeature
            {
                Name = s.Name,
                Type = s.IsCategorical ? ColumnType.Categorical : ColumnType.Numeric,
                Categories = [.. Enumerable.Range(0, s.Cardinality).Select(i => $"{i}")],
            })],
        };
        foreach (var trainer in Synthetic.Trainers)
        {
            var scorer = Synthetic.Train(trainer.Name, data, data, change: Synthetic.Short);
            var again = trainer.Load(Synthetic.Bytes(scorer));

            Assert.Equal(OnnxModel.Write(signature, scorer).File, OnnxModel.Write(signature, again).File);
        }
    }

    [Fact]
    public void A_scorer_of_another_trainer_has_no_file_but_a_reason()
    {
        var (file, obstacle) = OnnxModel.Write(OneNumber, new Foreign());

        Assert.Null(file);
        Assert.Equal("Models of the trainer 'foreign' cannot be written as ONNX.", obstacle);
    }

    [Fact]
    public void Trees_beyond_the_size_bound_give_a_reason_and_no_file()
    {
        var tree = new Tree(
            [TreeNode.Numeric(0, 1, missingLeft: false) with { Left = ~0, Right = ~1 }], [], [1, 2], [1, 1]);
        Tree[] trees = [.. Enumerable.Repeat(tree, 1_500_000)];

        var (file, obstacle) = OnnxModel.Write(OneNumber, new TreeEnsemble(ModelTask.Regression, [0], trees, [1]));

        Assert.Null(file);
        Assert.Equal("Expected at most 128 MB of ONNX, found trees for 137 MB.", obstacle);
    }

    [Fact]
    public void The_bound_is_known_from_an_estimate_that_is_never_too_small()
    {
        var data = Synthetic.Make(ModelTask.Regression, 3000, seed: 2);
        var signature = OneNumber with
        {
            Features = [.. Synthetic.Slots.Select(s => new SignatureFeature
            {
                Name = s.Name,
                Type = s.IsCategorical ? ColumnType.Categorical : ColumnType.Numeric,
                Categories = [.. Enumerable.Range(0, s.Cardinality).Select(i => $"{i}")],
            })],
        };
        var scorer = Assert.IsType<TreeEnsemble>(Synthetic.Train("gbt", data, data));
        var without =
            OnnxModel.Write(signature, new TreeEnsemble(ModelTask.Regression, [0], [], new double[6])).File!.Length;

        var bytes = OnnxModel.Write(signature, scorer).File!.Length - without;

        Assert.InRange(OnnxTrees.EstimateBytes(signature, scorer), bytes, 2 * bytes);
    }

    [Fact]
    public async Task Texts_that_mean_no_value_are_missing_in_the_graph_too()
    {
        OnnxRuntime.Require();
        var data = Synthetic.Make(ModelTask.Regression, 500, seed: 3);
        var signature = OneNumber with
        {
            Features = [new SignatureFeature { Name = "colour", Type = ColumnType.Categorical,
                Categories = ["red", "green", "blue"] }],
        };
        var colours = data with
        {
            Features = new FeatureMatrix(
            signature.Slots, [[.. data.Features.Columns[2].Select(c => c > 3 ? float.NaN : c)]], 500)
        };
        var scorer = Synthetic.Train("linear", colours, colours);
        List<string> texts = ["", "?", "NA", "na", "N/a", "NaN", "nAn", "NULL", "null", "None", "yellow", "red"];

        var answers = await OnnxRuntime.RunAsync(
            OnnxModel.Write(signature, scorer).File!, [new OnnxColumn("colour", null, texts, false)]);

        var expected = texts.Select(text =>
        {
            var output = new double[1];
            scorer.Score([text == "red" ? 0 : text is "None" or "yellow" ? 3 : float.NaN], output);
            return output[0];
        });
        Assert.Equal(expected, answers["variable"].Numbers, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public async Task Every_day_of_three_centuries_has_the_parts_that_training_saw()
    {
        OnnxRuntime.Require();
        var graph = new OnnxGraph(["when"]);
        var input = graph.Input("when", OnnxType.Double, "");
        foreach (var (name, part) in CalendarParts.Names.Zip(OnnxCalendar.Parts(input)))
        {
            graph.Output(name, part.Cast(OnnxType.Float), OnnxType.Float, 1, "");
        }

        var random = new SplitMix64(1);
        DateTime[] moments =
        [
            DateTime.MinValue, DateTime.MaxValue.Date,
            .. Enumerable.Range(0, 300 * 366)
                .Select(d => new DateTime(1850, 1, 1).AddDays(d).AddSeconds(random.NextInt32(86_400))),
            .. Enumerable.Range(0, 10_000).Select(_ =>
                DateTime.UnixEpoch.AddMilliseconds(random.NextInt32(int.MaxValue) * 1000.0 + random.NextInt32(1000))),
        ];

        var answers = await OnnxRuntime.RunAsync(
            graph.ToFile("calendar", ""),
            [new OnnxColumn("when", [.. moments.Select(m => (m - DateTime.UnixEpoch).TotalSeconds)], null, true)]);

        var expected = new float[CalendarParts.Names.Count];
        for (var row = 0; row < moments.Length; row++)
        {
            CalendarParts.Write(moments[row].Ticks, expected);
            var found = CalendarParts.Names.Select(n => (float)answers[n].Numbers[row]);
            Assert.Equal(expected, found);
        }
    }

    private sealed class Foreign : Scorer
    {
        public override string Trainer => "foreign";

        public override int OutputCount => 1;

        public override IReadOnlyList<double> SlotImportance => [];

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs) => outputs[0] = slots[0];

        public override void Save(Stream destination) => destination.WriteByte(1);
    }
}
