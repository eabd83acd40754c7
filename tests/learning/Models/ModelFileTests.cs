using System.Buffers.Binary;
using System.Security.Cryptography;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Learning.Trainers.Linear;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Models;

public class ModelFileTests
{
    [Theory]
    [InlineData("baseline")]
    [InlineData("linear")]
    [InlineData("gbt")]
    public void What_was_written_is_read(string trainer)
    {
        foreach (var task in Enum.GetValues<ModelTask>())
        {
            var data = Synthetic.Make(task, 500, seed: 1);
            var scorer = Synthetic.Train(trainer, data, data, change: Synthetic.Short);
            var file = ModelFile.Write(Signature(task), Profile, scorer);

            var model = ModelFile.Read(file, Synthetic.Trainers);

            Assert.Equal(scorer.ScoreAll(data.Features), model.Scorer.ScoreAll(data.Features));
            Assert.Equal(Signature(task).Classes, model.Signature.Classes);
            Assert.Equal(Signature(task).Slots, model.Signature.Slots);
            Assert.Equal(Signature(task).Features[2].Categories, model.Signature.Features[2].Categories);
            Assert.Equal(new NumericRange(null, 5), model.Signature.Features[0].Range);
            Assert.Equal(["leak"], model.Signature.Ignored);
            Assert.Equal(Profile.Features[0].Edges, model.Profile.Features[0].Edges);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), model.Hash);
            Assert.Equal(file, ModelFile.Write(model.Signature, model.Profile, model.Scorer));
        }
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var file = SmallFile();
        for (var length = 0; length < file.Length; length++)
        {
            var error = Assert.Throws<ModelFileException>(
                () => ModelFile.Read(file.AsMemory(0, length), Synthetic.Trainers));
            Assert.Contains("Expected", error.Message, StringComparison.Ordinal);
            Assert.Contains($"found {length}: the file is truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_with_any_one_byte_changed_is_refused()
    {
        var file = SmallFile();
        for (var i = 0; i < file.Length; i++)
        {
            foreach (var flip in new byte[] { 1, 0x80, 0xFF })
            {
                file[i] ^= flip;
                var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(file, Synthetic.Trainers));
                Assert.Contains("found", error.Message, StringComparison.Ordinal);
                file[i] ^= flip;
            }
        }

        ModelFile.Read(file, Synthetic.Trainers);
    }

    [Fact]
    public void Bytes_after_the_end_are_refused()
    {
        var file = SmallFile();
        var error = Assert.Throws<ModelFileException>(() => ModelFile.Read((byte[])[.. file, 0], Synthetic.Trainers));
        Assert.Equal($"Expected {file.Length} bytes, found {file.Length + 1}: the file is altered.", error.Message);
    }

    [Fact]
    public void A_newer_format_is_named_as_such()
    {
        var file = SmallFile();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), 3);

        var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(file, Synthetic.Trainers));

        Assert.StartsWith("Expected format version 2, found 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_an_unknown_trainer_is_refused_naming_known_ones()
    {
        var error = Assert.Throws<ModelFileException>(
            () => ModelFile.Read(SmallFile(), [new LinearTrainer(), new BaselineTrainer()]));

        Assert.Equal("Expected a model of one of 'linear', 'baseline', found one of 'gbt'.", error.Message);
    }

    [Fact]
    public void A_well_formed_file_whose_parts_do_not_fit_is_refused()
    {
        var data = Synthetic.Make(ModelTask.Regression, 50, seed: 1);
        var file = ModelFile.Write(Signature(ModelTask.Multiclass), Profile, Synthetic.Train("baseline", data, data));

        var error = Assert.Throws<ModelFileException>(() => ModelFile.Read(file, Synthetic.Trainers));

        Assert.Equal("Expected a scorer of 4 outputs, as the signature has it, found 1.", error.Message);
    }

    [Fact]
    public void A_payload_altered_under_a_right_checksum_never_crashes()
    {
        var data = Synthetic.Make(ModelTask.Regression, 200, seed: 1);
        foreach (var name in new[] { "linear", "gbt" })
        {
            var payload = Synthetic.Bytes(Synthetic.Train(name, data, data, change: Synthetic.Short));
            var slots = new float[Synthetic.Slots.Count];
            for (var i = 0; i < payload.Length; i++)
            {
                payload[i] ^= 0xFF;
                try
                {
                    var scorer = Synthetic.Trainer(name).Load(payload);
                    if (scorer.SlotImportance.Count == slots.Length)
                    {
                        scorer.Score(slots, new double[scorer.OutputCount]);
                    }
                }
                catch (InvalidDataException)
                {
                    // Most mutations end in a refusal; the rest are other models.
                }

                payload[i] ^= 0xFF;
            }
        }
    }

    private static ReferenceProfile Profile { get; } = new()
    {
        Features =
        [
            new FeatureProfile { Name = "smooth", Type = ColumnType.Numeric, Rows = 10, Missing = 1,
                Edges = [0.1, 1 / 3.0], Counts = [3, 3, 3], Mean = 0.2 },
        ],
        PredictedClasses = [1, 2, 3, 4],
    };

    private static Signature Signature(ModelTask task) => new()
    {
        Task = task,
        Label = "größe",
        Classes = task switch
        {
            ModelTask.Regression => [],
            ModelTask.Binary => ["no", "yes"],
            _ => ["a", "b", "c", "d"],
        },
        Ignored = ["leak"],
        Features = [.. Synthetic.Slots.Select(s => new SignatureFeature
        {
            Name = s.Name,
            Type = s.IsCategorical ? ColumnType.Categorical : ColumnType.Numeric,
            Categories = [.. Enumerable.Range(0, s.Cardinality).Select(i => $"category \"{i}\"")],
            Range = s.Name == "smooth" ? new NumericRange(null, 5) : null,
        })],
    };

    private static byte[] SmallFile()
    {
        var data = Synthetic.Make(ModelTask.Binary, 100, seed: 2);
        return ModelFile.Write(Signature(ModelTask.Binary), Profile,
            Synthetic.Train("gbt", data, data, change: h => h["num_iterations"] = 2));
    }
}
