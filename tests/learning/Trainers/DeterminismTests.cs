using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public class DeterminismTests
{
    public static TheoryData<string, ModelTask> TrainersAndTasks()
    {
        var cases = new TheoryData<string, ModelTask>();
        foreach (var trainer in Synthetic.Trainers)
        {
            foreach (var task in Enum.GetValues<ModelTask>()) cases.Add(trainer.Name, task);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(TrainersAndTasks))]
    public void The_same_rows_give_the_same_bytes_for_any_number_of_threads(string trainer, ModelTask task)
    {
        // More rows than a few blocks, so that threads have work in parallel.
        var data = Synthetic.Make(task, 20_000, seed: 9);
        var (train, validation) = (data.Take(0, 15_000), data.Take(15_000, 20_000));
        foreach (var share in new[] { 1, 0.7 })
        {
            byte[] Learn(int threads) => Synthetic.Bytes(Synthetic.Train(trainer, train, validation, threads, h =>
            {
                if (trainer == "linear") h["max_iter"] = 15;
                if (trainer != "gbt") return;
                h["num_iterations"] = 12;
                h["bagging_fraction"] = h["feature_fraction"] = share;
            }));

            var first = Learn(1);
            Assert.Equal(first, Learn(1));
            Assert.Equal(first, Learn(2));
            Assert.Equal(first, Learn(4));
        }
    }

    [Theory]
    [InlineData(TrainingObjective.SquaredError)]
    [InlineData(TrainingObjective.AbsoluteError)]
    [InlineData(TrainingObjective.Poisson)]
    [InlineData(TrainingObjective.Logistic)]
    [InlineData(TrainingObjective.Softmax)]
    public void Trees_of_every_objective_and_shape_are_independent_of_threads(TrainingObjective objective)
    {
        var task = objective switch
        {
            TrainingObjective.Logistic => ModelTask.Binary,
            TrainingObjective.Softmax => ModelTask.Multiclass,
            _ => ModelTask.Regression,
        };
        var made = Synthetic.Make(task, 40_000, seed: 12);
        var labels = objective == TrainingObjective.Poisson
            ? Array.ConvertAll(made.Labels, l => MathF.Floor(MathF.Max(0, l - 80)))
            : made.Labels;
        var data = made with { Labels = labels };
        foreach (var depthWise in new[] { 0, 1 })
        {
            var goal = new LearningGoal
            {
                Objective = objective,
                ClassWeights = [.. Enumerable.Range(1, data.ClassCount).Select(c => (double)c)],
                Monotone = depthWise == 1 ? [null, Monotone.Increasing, null, null, Monotone.Decreasing, null] : [],
            };
            byte[] Learn(int threads) => Synthetic.Bytes(Synthetic.Train(
                "gbt", data.Take(0, 30_000) with { Goal = goal }, data.Take(30_000, 40_000), threads, h =>
                    (h["num_iterations"], h["depth_wise"]) = (8, depthWise)));

            var first = Learn(1);
            Assert.Equal(first, Learn(1));
            Assert.Equal(first, Learn(2));
            Assert.Equal(first, Learn(4));
        }
    }

    [Theory]
    [MemberData(nameof(TrainersAndTasks))]
    public void A_scorer_that_was_saved_and_loaded_scores_the_same(string trainer, ModelTask task)
    {
        var data = Synthetic.Make(task, 1500, seed: 10);
        var scorer = Synthetic.Train(trainer, data.Take(0, 1000), data.Take(1000, 1500));

        var loaded = Synthetic.Trainer(trainer).Load(Synthetic.Bytes(scorer));

        Assert.Equal(scorer.OutputCount, loaded.OutputCount);
        Assert.Equal(scorer.SlotImportance, loaded.SlotImportance);
        Assert.Equal(scorer.ScoreAll(data.Features, 1), loaded.ScoreAll(data.Features, 4));
        Assert.Equal(Synthetic.Bytes(scorer), Synthetic.Bytes(loaded));
    }

    [Theory]
    [MemberData(nameof(TrainersAndTasks))]
    public void A_payload_that_ends_early_is_refused(string trainer, ModelTask task)
    {
        var data = Synthetic.Make(task, 300, seed: 11);
        var payload = Synthetic.Bytes(Synthetic.Train(trainer, data, data, change: Synthetic.Short));

        for (var length = 0; length < payload.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Synthetic.Trainer(trainer).Load(payload.AsMemory(0, length)));
        }
    }
}
