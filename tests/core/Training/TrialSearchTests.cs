using Serverless.Datasets;
using Serverless.Training;

namespace Serverless.Core.Tests.Training;

public class TrialSearchTests
{
    private readonly ManualClock _clock = new();
    private readonly TrainingData _data = Synthetic.Make(ModelTask.Regression, 300, seed: 1);

    [Fact]
    public void Each_trainers_defaults_come_first_and_then_samples_for_the_one_that_leads()
    {
        var result = Run(new TrainingSettings { Trials = 5 }, scorer => Synthetic.R2(scorer, _data), greaterIsBetter: true);

        Assert.Equal(["linear", "gbt", "gbt", "gbt", "gbt"], result.Trials.Select(t => t.Trainer));
        Assert.Equal([0, 1, 2, 3, 4], result.Trials.Select(t => t.Number));
        Assert.Equal(new GradientBoostingTrainer().Defaults(ModelTask.Regression), result.Trials[1].Hyperparameters);
        Assert.Equal(4, result.Trials.Skip(1).Select(t => t.Hyperparameters.ToString()).Distinct().Count());
        Assert.Equal(result.Trials.Max(t => t.Score), result.Best.Score);
        Assert.Equal(result.Best.Score, Synthetic.R2(result.Scorer, _data));
    }

    [Fact]
    public void The_same_seed_gives_the_same_trials_and_another_seed_others()
    {
        var settings = new TrainingSettings { Trials = 4, Trainers = ["gbt"] };
        string Trials(long seed) => string.Join('\n', Run(settings, s => Synthetic.R2(s, _data), true, seed).Trials
            .Select(t => $"{t.Hyperparameters} {t.Score}"));

        Assert.Equal(Trials(1), Trials(1));
        Assert.NotEqual(Trials(1), Trials(2));
    }

    [Fact]
    public void Of_equal_scores_the_earlier_trial_wins()
    {
        var result = Run(new TrainingSettings { Trials = 4 }, _ => 0.5, greaterIsBetter: false);

        Assert.Equal(0, result.Best.Number);
        Assert.Equal(4, result.Trials.Count);
    }

    [Fact]
    public void The_lower_score_wins_where_lower_is_better()
    {
        var scores = new Queue<double>([3, 1, 2]);

        var result = Run(new TrainingSettings { Trials = 3 }, _ => scores.Dequeue(), greaterIsBetter: false);

        Assert.Equal(1, result.Best.Number);
    }

    [Fact]
    public void Once_the_seconds_are_over_no_further_trial_starts_but_all_defaults_run()
    {
        var result = Run(new TrainingSettings { Trials = 50, Seconds = 100 }, _ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(60));
            return 1;
        }, greaterIsBetter: true);

        Assert.Equal(2, result.Trials.Count);
        Assert.All(result.Trials, t => Assert.Equal(60, t.Seconds));
    }

    [Fact]
    public void The_baseline_competes_only_where_it_is_the_only_one_named()
    {
        string[] Names(params string[] named) => [.. TrialSearch
            .Contenders(Synthetic.Trainers, new TrainingSettings { Trainers = named }, ModelTask.Binary).Select(t => t.Name)];

        Assert.Equal(["linear", "gbt"], Names());
        Assert.Equal(["gbt", "linear"], Names("gbt", "baseline", "linear"));
        Assert.Equal(["baseline"], Names("baseline"));
        Assert.Single(Run(new TrainingSettings { Trials = 9, Trainers = ["baseline"] }, _ => 1, true).Trials);
    }

    [Fact]
    public void An_unknown_trainer_is_refused_with_those_that_are_known()
    {
        var settings = new TrainingSettings { Trainers = ["xgboost"] };

        var error = Assert.Throws<ArgumentException>(() => Run(settings, _ => 1, true));

        Assert.StartsWith(
            "Expected in training.trainers one of 'baseline', 'linear', 'gbt', found 'xgboost'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_whose_numbers_fail_is_kept_with_its_reason_and_another_wins()
    {
        var scores = new Queue<double>([double.NaN, 7]);

        var result = Run(new TrainingSettings { Trials = 2 }, _ => scores.Dequeue(), greaterIsBetter: true);

        Assert.Null(result.Trials[0].Score);
        Assert.Equal("The metric on the validation rows is NaN.", result.Trials[0].Error);
        Assert.Equal(1, result.Best.Number);
    }

    [Fact]
    public void A_search_without_a_single_good_trial_says_why()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => Run(new TrainingSettings(), _ => double.NaN, true));

        Assert.StartsWith("Every one of 2 trials failed. linear: The metric", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_grows_from_trial_to_trial()
    {
        var told = new List<TrialProgress>();

        Run(new TrainingSettings { Trials = 3 }, _ => 1, true, progress: new Listener(told.Add));

        Assert.Equal(told.Select(t => t.Share).Order(), told.Select(t => t.Share));
        Assert.Equal([1, 2, 3], told.Select(t => t.Number).Distinct());
        Assert.Equal(1, told[^1].Share, 1e-9);
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

        var importance = FeatureImportance.Of(signature, Synthetic.Train("gbt", data, data));

        Assert.Equal([new FeatureImportance("at", 1), new FeatureImportance("none", 0)], importance);
        Assert.Empty(FeatureImportance.Of(signature, Synthetic.Train("baseline", data, data)));
    }

    private TrialSearchResult Run(
        TrainingSettings settings, Func<Scorer, double> score, bool greaterIsBetter, long seed = 1, IProgress<TrialProgress>? progress = null) =>
        TrialSearch.Run(
            Synthetic.Trainers, settings, _data.Take(0, 200), _data.Take(200, 300), score, greaterIsBetter,
            new TrainingContext(seed, 1), _clock, progress);

    private sealed class Listener(Action<TrialProgress> action) : IProgress<TrialProgress>
    {
        public void Report(TrialProgress value) => action(value);
    }
}
