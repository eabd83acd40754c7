using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Search;
using Serverless.Learning.Tables;
using Serverless.Learning.Tests.Features;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Search;

public class HyperparameterSearchTests
{
    private readonly ManualClock _clock = new();
    private readonly TrainingData _data = Synthetic.Make(ModelTask.Regression, 300, seed: 1);

    [Fact]
    public async Task Defaults_of_each_trainer_come_first_then_samples_for_the_leader()
    {
        var result = await RunAsync(
            new TrainingSettings { Trials = 5 }, scorer => Synthetic.R2(scorer, _data), greaterIsBetter: true);

        Assert.Equal(["linear", "gbt", "gbt", "gbt", "gbt"], result.Trials.Select(t => t.Trainer));
        Assert.Equal([0, 1, 2, 3, 4], result.Trials.Select(t => t.Number));
        Assert.Equal(new GradientBoostingTrainer().Defaults(ModelTask.Regression), result.Trials[1].Hyperparameters);
        Assert.Equal(4, result.Trials.Skip(1).Select(t => t.Hyperparameters.ToString()).Distinct().Count());
        Assert.Equal(result.Trials.Max(t => t.Score), result.Winner!.Trial.Score);
        Assert.Equal(result.Winner!.Trial.Score, Synthetic.R2(result.Winner.Scorer, _data));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_trials_and_another_seed_others()
    {
        var settings = new TrainingSettings { Trials = 4, Trainers = ["gbt"] };
        async Task<string> TrialsAsync(long seed) =>
            string.Join('\n', (await RunAsync(settings, s => Synthetic.R2(s, _data), true, seed)).Trials
            .Select(t => $"{t.Hyperparameters} {t.Score}"));

        Assert.Equal(await TrialsAsync(1), await TrialsAsync(1));
        Assert.NotEqual(await TrialsAsync(1), await TrialsAsync(2));
    }

    [Fact]
    public async Task Of_equal_scores_the_earlier_trial_wins()
    {
        var result = await RunAsync(new TrainingSettings { Trials = 4 }, _ => 0.5, greaterIsBetter: false);

        Assert.Equal(0, result.Winner!.Trial.Number);
        Assert.Equal(4, result.Trials.Count);
    }

    [Fact]
    public async Task The_lower_score_wins_where_lower_is_better()
    {
        var scores = new Queue<double>([3, 1, 2]);

        var result = await RunAsync(new TrainingSettings { Trials = 3 }, _ => scores.Dequeue(), greaterIsBetter: false);

        Assert.Equal(1, result.Winner!.Trial.Number);
    }

    [Fact]
    public async Task After_the_time_budget_only_the_defaults_still_run()
    {
        var result = await RunAsync(new TrainingSettings { Trials = 50, Seconds = 100 }, _ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(60));
            return 1;
        }, greaterIsBetter: true);

        Assert.Equal(2, result.Trials.Count);
        Assert.All(result.Trials, t => Assert.Equal(60, t.Seconds));
    }

    [Fact]
    public async Task The_baseline_competes_only_where_it_is_the_only_one_named()
    {
        string[] Names(params string[] named) => [.. HyperparameterSearch
            .Contenders(Synthetic.Trainers, new TrainingSettings { Trainers = named }, ModelTask.Binary)
                .Select(t => t.Name)];

        Assert.Equal(["linear", "gbt"], Names());
        Assert.Equal(["gbt", "linear"], Names("gbt", "baseline", "linear"));
        Assert.Equal(["baseline"], Names("baseline"));
        Assert.Single(
            (await RunAsync(new TrainingSettings { Trials = 9, Trainers = ["baseline"] }, _ => 1, true)).Trials);
    }

    [Fact]
    public async Task An_unknown_trainer_is_refused_with_those_that_are_known()
    {
        var settings = new TrainingSettings { Trainers = ["xgboost"] };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(settings, _ => 1, true));

        Assert.StartsWith(
            "Expected in training.trainers one of 'baseline', 'linear', 'gbt', found 'xgboost'.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diverged_trial_is_kept_with_its_reason_and_another_wins()
    {
        var scores = new Queue<double>([double.NaN, 7]);

        var result = await RunAsync(new TrainingSettings { Trials = 2 }, _ => scores.Dequeue(), greaterIsBetter: true);

        Assert.Null(result.Trials[0].Score);
        Assert.StartsWith("The metric on the validation rows is NaN: it is not defined", result.Trials[0].Error);
        Assert.Equal(1, result.Winner!.Trial.Number);
    }

    [Fact]
    public async Task A_search_without_a_good_trial_has_reasons_and_no_winner()
    {
        var result = await RunAsync(new TrainingSettings(), _ => double.NaN, true);

        Assert.Null(result.Winner);
        Assert.Equal(["linear", "gbt"], result.Trials.Select(t => t.Trainer));
        Assert.All(result.Trials, t => Assert.NotNull(t.Error));
    }

    [Fact]
    public async Task Each_trial_tells_its_progress_from_none_to_all()
    {
        var told = new List<SearchProgress>();

        await RunAsync(new TrainingSettings { Trials = 3 }, _ => 1, true, progress: new Listener(told.Add));

        foreach (var trial in told.GroupBy(t => t.Trial))
        {
            Assert.Equal(0, trial.First().Share);
            Assert.Equal(1, trial.Last().Share);
            Assert.Equal(trial.Select(t => t.Share).Order(), trial.Select(t => t.Share));
        }

        Assert.Equal([0, 1, 2], told.Select(t => t.Trial).Distinct());
    }

    [Fact]
    public void Features_importance_adds_up_their_slots_to_one()
    {
        var table = SignatureTests.Table(
            new TimestampColumn("at", [.. Enumerable.Range(0, 500).Select(i => i * TimeSpan.TicksPerHour)]),
            SignatureTests.Numbers("y", [.. Enumerable.Range(0, 500).Select(i => (float)(i % 24))]),
            SignatureTests.Numbers("none", new float[500]));
        var signature = SignatureBuilder.Build(
            SignatureTests.Schema(ModelTask.Regression, "y", table), table, SignatureTests.Rows(table));
        var data = SignatureTests.Data(signature, table);

        var importance = Synthetic.Train("gbt", data, data).Importance(signature);

        Assert.Equal([new FeatureImportance("at", 1), new FeatureImportance("none", 0)], importance);
        Assert.Empty(Synthetic.Train("baseline", data, data).Importance(signature));
    }

    private Task<SearchResult> RunAsync(
        TrainingSettings settings, Func<Scorer, double> score, bool greaterIsBetter, long seed = 1,
            IProgress<SearchProgress>? progress = null) =>
        HyperparameterSearch.RunAsync(
            new SearchProblem
            {
                Trainers = Synthetic.Trainers,
                Settings = settings,
                Train = _data.Take(0, 200),
                Validation = _data.Take(200, 300),
                Score = (scorer, _) => score(scorer),
                GreaterIsBetter = greaterIsBetter,
            },
            new TrainingContext(seed, 1, CancellationToken: TestContext.Current.CancellationToken),
            _clock,
            progress: progress);

    private sealed class Listener(Action<SearchProgress> action) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => action(value);
    }
}
