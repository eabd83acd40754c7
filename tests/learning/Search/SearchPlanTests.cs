using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Search;

public sealed class SearchPlanTests
{
    private const int Rows = 16 * SearchPlan.MinRows;

    [Fact]
    public void The_best_quarter_of_each_rung_gets_four_times_the_rows()
    {
        var plan = Plan(trials: 16, Rows);

        Play(plan, t => t.Trainer.Name == "gbt" ? 1 + t.Hyperparameters.Get("learning_rate") : 0);

        Assert.Equal([16, 4, 1], plan.Told.GroupBy(t => t.Rung).Select(r => r.Count()));
        Assert.Equal(plan.Told.Count, plan.Count);
        Assert.Equal(Enumerable.Range(0, 21), plan.Told.Select(t => t.Number));
        Assert.Equal([Rows / 16, Rows / 4, Rows], plan.Told.GroupBy(t => t.Rung)
            .Select(r => Assert.Single(r.Select(t => t.Rows).Distinct())));
        var best = plan.Told.Where(t => t.Rung == 0).OrderByDescending(t => t.Score).Take(4)
            .Select(t => t.Hyperparameters.ToString());
        Assert.Equal(best, plan.Told.Where(t => t.Rung == 1).Select(t => t.Hyperparameters.ToString()));
        Assert.Equal(best.First(), plan.Winner!.Hyperparameters.ToString());
        Assert.Equal(20, plan.Winner.Number);
    }

    [Theory]
    [InlineData(4, 4 * SearchPlan.MinRows, new[] { 4, 1 })]
    [InlineData(4, (4 * SearchPlan.MinRows) - 4, new[] { 4 })]
    [InlineData(3, Rows, new[] { 3 })]
    [InlineData(20, 4 * SearchPlan.MinRows, new[] { 20, 5 })]
    [InlineData(1, 100, new[] { 2 })]
    public void There_are_as_many_rungs_as_rows_and_configurations_allow(int trials, int rows, int[] perRung)
    {
        var plan = Plan(trials, rows);

        Play(plan, _ => 1);

        Assert.Equal(perRung, plan.Told.GroupBy(t => t.Rung).Select(r => r.Count()));
        Assert.Equal(perRung.Sum(), plan.Count);
    }

    [Fact]
    public void A_survivor_that_fails_is_replaced_by_the_next_best()
    {
        var plan = Plan(trials: 4, 4 * SearchPlan.MinRows);

        Play(plan, t => (t.Rung, t.Number) == (1, 4) ? null : -t.Number);

        Assert.Equal([4, 5], plan.Told.Where(t => t.Rung == 1).Select(t => t.Number));
        Assert.Equal(["linear", "gbt"], plan.Told.Where(t => t.Rung == 1).Select(t => t.Trainer));
        Assert.Equal(5, plan.Winner!.Number);
    }

    [Fact]
    public void If_every_trial_fails_on_few_rows_defaults_get_more()
    {
        var plan = Plan(trials: 4, 4 * SearchPlan.MinRows);

        Play(plan, t => t.Rung == 0 ? null : 1);

        Assert.Equal([(0, "linear"), (0, "gbt"), (1, "linear")], plan.Told.Select(t => (t.Rung, t.Trainer)));
        Assert.Equal(2, plan.Winner!.Number);
    }

    [Fact]
    public void After_the_time_budget_only_the_leader_trains_on_all_rows()
    {
        var plan = Plan(trials: 64, Rows, seconds: 5);

        Play(plan, t => t.Number);

        Assert.Equal([(0, 5), (2, 1)], plan.Told.GroupBy(t => t.Rung).Select(r => (r.Key, r.Count())));
        Assert.Equal(plan.Told[4].Hyperparameters.ToString(), plan.Winner!.Hyperparameters.ToString());
    }

    [Fact]
    public void What_is_done_grows_with_the_rows_to_one()
    {
        var (plan, done) = (Plan(trials: 16, Rows), new List<double>());

        foreach (var trial in plan.Trials())
        {
            done.AddRange([plan.Done(trial, 0), plan.Done(trial, 1)]);
            plan.Tell(trial.Record(trial.Number, null, TimeSpan.Zero, 1));
        }

        Assert.Equal(done.Order(), done);
        Assert.Equal((0, 1.0 / 3 / 16, 1), (done[0], done[1], done[^1]));
    }

    [Theory]
    [InlineData(ModelTask.Regression)]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Subsamples_are_deterministic_ordered_and_nested(ModelTask task)
    {
        var data = Synthetic.Make(task, 3000, seed: 1);
        for (var row = 0; row < 3000; row++) data.Features.Columns[0][row] = row;

        float[] Drawn(int divisor, long seed = 7) => RowSubsample.Draw(data, divisor, seed).Features.Columns[0];

        Assert.Equal(Drawn(4), Drawn(4));
        Assert.NotEqual(Drawn(4), Drawn(4, seed: 8));
        Assert.Equal(Drawn(16).Order(), Drawn(16));
        Assert.Subset(Drawn(4).ToHashSet(), Drawn(16).ToHashSet());
        Assert.InRange(Drawn(16).Length, 3000 / 16, (3000 / 16) + 5);
        Assert.Same(data, RowSubsample.Draw(data, 1, 7));
        var sample = RowSubsample.Draw(data, 16, 7);
        Assert.All(Enumerable.Range(0, sample.Labels.Length), i =>
            Assert.Equal(data.Labels[(int)sample.Features.Columns[0][i]], sample.Labels[i]));
    }

    [Fact]
    public void A_class_of_a_single_row_is_not_lost_in_fewer_rows()
    {
        var labels = new float[1000];
        labels[617] = 1;
        var data = Synthetic.Numeric(ModelTask.Binary, [labels], labels);

        Assert.Equal(1, RowSubsample.Draw(data, 64, 3).Labels.Sum());
    }

    private static SearchPlan Plan(int trials, int rows, double seconds = 600) => new(
        [Synthetic.Trainer("linear"), Synthetic.Trainer("gbt")],
        new TrainingSettings { Trials = trials, Seconds = seconds },
        ModelTask.Regression,
        rows,
        seed: 1,
        greaterIsBetter: true);

    /// <summary>Each trial takes a second.</summary>
    private static void Play(SearchPlan plan, Func<PlannedTrial, double?> score)
    {
        foreach (var trial in plan.Trials())
        {
            var found = score(trial);
            plan.Tell(
                trial.Record(found, found is null ? "failed" : null, TimeSpan.FromSeconds(1), Rows / trial.Divisor));
        }
    }
}
