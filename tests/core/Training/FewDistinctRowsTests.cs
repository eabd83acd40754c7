using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>
/// Tables of few different rows, from CSV to a judged model, beside the best that any model could do on the same rows.
/// </summary>
public class FewDistinctRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Titanics_table_gives_the_auc_that_its_counts_allow_for_ten_seeds(int copies)
    {
        var rows = FewDistinctTables.Titanic(copies);
        Assert.Equal(2201 * copies, rows.Count);
        await AssertIsAsGoodAsCanBeAsync(FewDistinctTables.TitanicHeader + "\n", rows, tolerance: 0.02);
    }

    [Fact]
    public async Task A_table_repeated_a_thousand_times_gives_the_auc_that_it_allows_for_ten_seeds()
    {
        string[] table =
        [
            "1,red,no", "1,red,no", "1,red,yes", "1,blue,no", "2,red,no", "2,red,yes", "2,blue,no", "2,blue,yes",
            "2,blue,yes", "3,red,yes",
            "3,red,no", "3,red,yes", "3,blue,yes", "3,blue,yes", "4,red,yes", "4,red,no", "4,blue,yes", "4,blue,no",
            "5,red,yes", "5,blue,no",
        ];
        await AssertIsAsGoodAsCanBeAsync(
            "size,colour,y\n", [.. Enumerable.Repeat(table, 1000).SelectMany(t => t)], tolerance: 0.02);
    }

    [Fact]
    public async Task Three_categories_of_known_effect_give_their_true_auc_for_ten_seeds()
    {
        var rows = FewDistinctTables.Churn(20_000, seed: 7);
        Assert.Equal(0.70, Auc(rows, Rates(rows), [.. Enumerable.Range(0, rows.Count)]), 0.01);
        await AssertIsAsGoodAsCanBeAsync(FewDistinctTables.ChurnHeader + "\n", rows, tolerance: 0.01);
    }

    [Fact]
    public async Task A_candidate_of_few_distinct_rows_that_is_no_better_is_promoted_at_most_one_time_in_twenty()
    {
        const int Gates = 200;
        var promoted = 0;
        var (champion, before) = await LearnAsync(seed: 1000);
        for (var i = 0; i < Gates; i++)
        {
            var (candidate, data) = await LearnAsync((ulong)i);
            var rows = SignatureEncoder.Encode(before.Signature, data.Table).Select(data.Split.Holdout);
            var labels = DataPreparation.HoldoutLabels(
                SignatureEncoder.EncodeLabels(before.Signature, data.Table).Values, data.Split.Holdout);
            var found = data.Predict(candidate, data.Holdout, threads: 1);
            var verdict = PromotionGate.Decide(
                new GateInput
                {
                    Candidate = found,
                    Champion = new Predictions(
                        ModelTask.Binary, before.Signature.Classes, labels, champion.ScoreAll(rows)),
                    ChampionVersion = 1,
                    Baseline = PredictionSamples.Constant(found, 0.4),
                    Metric = data.Metric,
                    Settings = data.Definition.Validation,
                    Seed = i,
                },
                TestContext.Current.CancellationToken);
            if (verdict.Promotes) promoted++;
            (champion, before) = (candidate, data);
        }

        // Three standard errors above one in twenty.
        Assert.InRange((double)promoted / Gates, 0, 0.05 + (3 * 0.0154));

        static async Task<(Scorer Scorer, PreparedData Data)> LearnAsync(ulong seed)
        {
            var text = FewDistinctTables.ChurnHeader + "\n"
                + string.Concat(FewDistinctTables.Churn(2000, SplitMix64.Mix(seed)).Select(r => r + "\n"));
            var schema = await CsvText.SchemaAsync(text);
            var data = DataPreparation.Prepare(
                new ModelDefinition(), schema, (await CsvText.ReadAsync(text, schema)).Table!, null, threads: 1).Data!;
            return (Synthetic.Train("linear", data.Train, data.Validation, threads: 1), data);
        }
    }

    [Fact]
    public async Task Titanics_table_dropped_with_nothing_said_is_learned_from_and_goes_live()
    {
        await using var product = new Product();
        var record = await product.TrainAsync(
            "titanic",
            "titanic.csv",
            FewDistinctTables.TitanicHeader + "\n"
            + string.Concat(FewDistinctTables.Titanic(copies: 1).Select(r => r + "\n")));

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        var verdict = (await product.Registry.GetAsync("titanic", 1, TestContext.Current.CancellationToken))!.Verdict;
        // 0.77 of all rows, give or take three standard errors of 440.
        Assert.InRange(verdict.Candidate["auc"], 0.68, 0.84);
    }

    /// <summary>
    /// No model can tell rows of the same values apart: the best AUC is that of each combination's share of 'yes'. On
    /// the very rows that were held out a model must come close to it; and these rows must be no others than chance
    /// holds out.
    /// </summary>
    private static async Task AssertIsAsGoodAsCanBeAsync(string header, List<string> rows, double tolerance)
    {
        var text = header + string.Concat(rows.Select(r => r + "\n"));
        var rates = Rates(rows);
        var expected = Auc(rows, rates, [.. Enumerable.Range(0, rows.Count)]);
        for (var seed = 1; seed <= 10; seed++)
        {
            var definition = new ModelDefinition { Training = new TrainingSettings { Seed = seed } };
            var schema = await CsvText.SchemaAsync(text, definition);
            var table = (await CsvText.ReadAsync(text, schema, definition)).Table!;
            var (data, refusal) = DataPreparation.Prepare(definition, schema, table, allRows: null, threads: 2);
            Assert.True(refusal is null, $"Seed {seed}: {refusal}");

            var held = data!.Split.Holdout;
            var best = Auc(rows, rates, held);
            var outputs = Synthetic.Train("gbt", data.Train, data.Validation, threads: 2).ScoreAll(
                data.Holdout.Features);
            var found = data.Metric.Compute(
                new Predictions(ModelTask.Binary, data.Signature.Classes, data.Holdout.Labels, outputs));
            Assert.True(
                Math.Abs(found - best) <= tolerance,
                $"Seed {seed}: expected an AUC within {tolerance} of {best:0.0000}, found {found:0.0000}.");

            // Hanley and McNeil (Radiology 1982): the AUC's standard error. One of ten seeds is beyond four once in
            // 1,600 times.
            var error = StandardError(expected, held.Count(r => IsYes(rows[r])), held.Count(r => !IsYes(rows[r])));
            Assert.True(
                Math.Abs(best - expected) <= 4 * error,
                $"Seed {seed}: expected {expected:0.000} give or take {4 * error:0.000}, found {best:0.000}.");
        }
    }

    private static bool IsYes(string row) => row.EndsWith(",yes", StringComparison.Ordinal);

    private static string Cell(string row) => row[..row.LastIndexOf(',')];

    /// <summary>Of each combination of values, the share of rows that are 'yes'.</summary>
    private static Dictionary<string, double> Rates(List<string> rows) =>
        rows.GroupBy(Cell).ToDictionary(g => g.Key, g => g.Count(IsYes) / (double)g.Count());

    private static double Auc(List<string> rows, Dictionary<string, double> rates, int[] some) =>
        MetricCatalog.Find("auc", ModelTask.Binary)!.Compute(new Predictions(
            ModelTask.Binary,
            ["no", "yes"],
            Array.ConvertAll(some, r => IsYes(rows[r]) ? 1f : 0f),
            Array.ConvertAll(some, r => rates[Cell(rows[r])])));

    private static double StandardError(double auc, int positives, int negatives)
    {
        var (q1, q2) = (auc / (2 - auc), 2 * auc * auc / (1 + auc));
        var sum = (auc * (1 - auc)) + ((positives - 1) * (q1 - (auc * auc))) + ((negatives - 1) * (q2 - (auc * auc)));
        return Math.Sqrt(sum / positives / negatives);
    }
}
