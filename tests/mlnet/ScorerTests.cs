using System.IO.Compression;
using Microsoft.ML;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.MlNet.Tests;

public class ScorerTests
{
    public static TheoryData<string, ModelTask> Pairs => Trainers.WithTasks;

    [Theory, MemberData(nameof(Pairs))]
    public void A_reloaded_model_answers_and_saves_the_same(
        string trainer, ModelTask task)
    {
        var scorer = Trainers.Train(trainer, task, change: Trainers.Short);
        var bytes = Synthetic.Bytes(scorer);
        var loaded = Trainers.Named(trainer).Load(bytes);
        var test = Synthetic.Make(task, 500, seed: 5).Features;

        Assert.Equal(scorer.ScoreAll(test), loaded.ScoreAll(test));
        Assert.Equal(scorer.SlotImportance, loaded.SlotImportance);
        Assert.Equal((scorer.Trainer, scorer.OutputCount), (loaded.Trainer, loaded.OutputCount));
        Assert.Equal(bytes, Synthetic.Bytes(loaded));
    }

    [Fact]
    public void A_model_is_saved_behind_what_the_file_holds_already()
    {
        var scorer = Trainers.Train("sdca", ModelTask.Regression);
        using var file = new MemoryStream();
        file.Write("a header"u8);

        scorer.Save(file);

        var payload = file.ToArray()[8..];
        Assert.Equal(Synthetic.Bytes(scorer), payload);
        Assert.Equal(Synthetic.Bytes(scorer), Synthetic.Bytes(Trainers.Named("sdca").Load(payload)));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Eight_threads_get_the_answers_of_one(string trainer, ModelTask task)
    {
        var scorer = Trainers.Train(trainer, task, change: Trainers.Short);
        var test = Synthetic.Make(task, 2000, seed: 5).Features;

        Assert.Equal(scorer.ScoreAll(test, threads: 1), scorer.ScoreAll(test, threads: 8));
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_swap_under_load_leaves_no_answer_of_the_old_model(string trainer, ModelTask task)
    {
        int[] sizes = [1000, 800];
        var models = sizes.Select(rows => Trainers.Train(trainer, task, rows: rows, change: Trainers.Short)).ToArray();
        var row = new float[Synthetic.Slots.Count];
        Synthetic.Make(task, 1, seed: 9).Features.CopyRow(0, row);
        var expected = models.Select(m => Ask(m, row)).ToArray();
        Assert.NotEqual(expected[0], expected[1]);

        // A reader of the new model must get the new model's answer, immediately and always.
        var live = 0;
        var askers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                var version = Volatile.Read(ref live);
                Assert.Equal(expected[version], Ask(models[version], row));
            }
        })).ToArray();
        for (var swap = 1; !askers.All(a => a.IsCompleted); swap++)
        {
            Volatile.Write(ref live, swap % 2);
            await Task.Yield();
        }

        await Task.WhenAll(askers);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Rows_unlike_any_in_training_get_finite_answers(string trainer, ModelTask task)
    {
        var scorer = Trainers.Train(trainer, task, change: Trainers.Short);
        float[] values = [float.NaN, float.MaxValue, -float.MaxValue, 0, 1e-40f];

        foreach (var value in values)
        {
            var row = Synthetic.Slots.Select(s => s.IsCategorical && !float.IsNaN(value)
                ? s.Cardinality
                : value).ToArray();
            Assert.All(Ask(scorer, row), answer => Assert.True(double.IsFinite(answer), $"{value} gives {answer}"));
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Missing_values_and_unknown_categories_differ_from_known_ones(string trainer, ModelTask task)
    {
        var scorer = Trainers.Train(trainer, task);
        float[] known = [0, 0.2f, 3, 0.5f, 1, 7], missing = [.. known], unknown = [.. known];
        missing[1] = float.NaN;
        unknown[2] = Synthetic.Slots[2].Cardinality;

        Assert.NotEqual(Ask(scorer, known), Ask(scorer, missing));
        Assert.NotEqual(Ask(scorer, known), Ask(scorer, unknown));
    }

    [Fact]
    public void A_row_of_the_wrong_length_is_refused()
    {
        var scorer = Trainers.Train("sdca", ModelTask.Regression);

        var error = Assert.Throws<ArgumentException>(() => Ask(scorer, new float[2]));
        Assert.Contains("Expected 6 slots, found 2", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Any_program_with_Microsoft_ML_can_open_the_payload(string trainer, ModelTask task)
    {
        using var payload = new MemoryStream(Synthetic.Bytes(Trainers.Train(trainer, task, change: Trainers.Short)));

        new MLContext().Model.Load(payload, out var schema);

        Assert.NotNull(schema.GetColumnOrNull("Features"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-30)]
    public void A_payload_that_was_cut_off_is_refused(int length)
    {
        var payload = Synthetic.Bytes(Trainers.Train("sdca", ModelTask.Regression));

        Assert.Throws<InvalidDataException>(() =>
            Trainers.Named("sdca").Load(payload.AsMemory(0, length < 0 ? payload.Length + length : length)));
    }

    [Fact]
    public void A_zip_of_something_else_is_refused()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("readme.txt");
        }

        Assert.Throws<InvalidDataException>(() => Trainers.Named("sdca").Load(zip.ToArray()));
    }

    private static double[] Ask(Scorer scorer, float[] row)
    {
        var outputs = new double[scorer.OutputCount];
        scorer.Score(row, outputs);
        return outputs;
    }
}
