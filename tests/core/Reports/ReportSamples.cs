using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Explanation;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Reports;

internal static class ReportSamples
{
    public static ReportInput Of(
        ModelTask task, string name = "column", int rows = 500, int features = 4, bool champion = true)
    {
        var random = new SplitMix64(3);
        return task switch
        {
            ModelTask.Regression => Of(
                PredictionSamples.Noisy(PredictionSamples.Labels(rows, random), 0.3, random),
                name,
                features,
                champion,
                0),
            ModelTask.Binary => Of(
                PredictionSamples.NoisyBinary(
                    PredictionSamples.BinaryLabels(rows, 0.3, random),
                    3,
                    random) with
                { Classes = [$"{name} no", $"{name} yes"] },
                name, features, champion, 0.3),
            _ => Of(Multiclass(rows, 4, name, random), name, features, champion, 0.25),
        };
    }

    public static Predictions Multiclass(int rows, int classes, string name, SplitMix64 random)
    {
        var labels = new float[rows];
        var outputs = new double[rows * classes];
        for (var i = 0; i < rows; i++)
        {
            labels[i] = random.NextInt32(classes + 1) - 1;
            Array.Fill(outputs, 0.5 / classes, i * classes, classes);
            outputs[(i * classes) + (random.NextDouble() < 0.7
                ? Math.Max(0, (int)labels[i])
                : random.NextInt32(classes))] += 0.5;
        }

        return new Predictions(
            ModelTask.Multiclass, [.. Enumerable.Range(0, classes).Select(c => $"{name} {c}")], labels, outputs);
    }

    public static ReportInput Of(Predictions candidate, string name, int features, bool champion, double baseline)
    {
        var champions = champion
            ? candidate with { Outputs = [.. candidate.Outputs.Select(o => (o * 0.9) + (baseline * 0.1))] }
            : null;
        var verdict = PromotionGate.Decide(new GateInput
        {
            Candidate = candidate,
            Baseline = PredictionSamples.Constant(candidate, baseline),
            Champion = champions,
            ChampionVersion = champion ? 6 : null,
            Metric = MetricCatalog.Default(candidate.Task),
            Settings = new ValidationSettings(),
            Seed = 1,
        });
        ColumnSchema Column(string of, ColumnRole role) =>
            new() { Name = of, Type = ColumnType.Numeric, Role = role, Reason = $"{name} reason" };
        var hyperparameters = new Hyperparameters { ["trees"] = 120, [$"{name} rate"] = 0.05 };
        var names = Enumerable.Range(0, features).Select(i => $"{name} {i}").ToArray();
        var manifest = new Manifest
        {
            Model = "birds",
            Version = 7,
            Identity = new string('a', 64),
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero),
            Data = [new LineageFile($"{name}.csv", new string('b', 64), 12_345, 6)],
            DefinitionHash = new string('c', 64),
            Definition = new ModelDefinition(),
            Schema = new DatasetSchema
            {
                Label = $"{name} label",
                Task = candidate.Task,
                Columns =
                [
                    .. names.Select(n => Column(n, ColumnRole.Feature)),
                    Column($"{name} label", ColumnRole.Label),
                    Column($"{name} leak", ColumnRole.Ignored),
                ],
            },
            EngineVersion = "0.1.0",
            Seed = 42,
            Trainer = "trees",
            Hyperparameters = hyperparameters,
            Trials =
            [
                new TrialRecord(0, "linear", [], null, 0.1, $"{name} failed"),
                new TrialRecord(1, "trees", hyperparameters, 0.81, 2)
            ],
            Calibration = candidate.Task == ModelTask.Regression
                ? null
                : new CalibrationRecord("platt", 1500, 0.41, 0.39),
            Rows = new RowCounts(9000, 1500, candidate.Rows),
            Verdict = verdict,
            ModelHash = new string('d', 64),
            ModelBytes = 1_234_567,
            Seconds = new SortedDictionary<string, double> { ["training"] = 2.5 },
            Runtime = ".NET 10",
        };
        return new ReportInput
        {
            Manifest = manifest,
            Candidate = candidate,
            Uncalibrated = candidate.Task == ModelTask.Regression
                ? null
                : candidate with { Outputs = [.. candidate.Outputs.Select(o => (o * 0.8) + 0.1)] },
            Champion = champions,
            Insight = new ModelInsight(
                [.. names.Select((n, i) => new PermutationImportance(n, 0.1 - (0.05 * i), 0.01, 400))],
                [
                    new PartialDependence($"{name} 0", [-2, 0.5f, 40], null, Means(candidate, 3), 200),
                    new PartialDependence(
                        $"{name} 1", [0, 1], [$"{name} one", $"{name} two"], Means(candidate, 2), 200),
                ]),
            Importance =
            [
                .. names.Select((n, i) => new FeatureImportance(n, 2.0 * (i + 1) / features / (features + 1)))
            ],
            Data =
            [
                new ValidationReport
                {
                    Source = $"{name}.csv",
                    ContentHash = new string('b', 64),
                    Rows = 12_351,
                    BadRows = 6,
                    Anomalies = [new Anomaly(
                        "FEATURE_TYPE_UNEXPECTED", AnomalySeverity.Error, name, 17, "a number", $"{name} found", 6)],
                },
            ],
            Profile = new ReferenceProfile
            {
                Features = [.. names.Select(n => new FeatureProfile
                {
                    Name = n,
                    Type = ColumnType.Numeric,
                    Rows = 10,
                    Missing = 1,
                    Counts = [9],
                    Mean = 2.5
                })],
            },
            Slices = new Dictionary<string, int[]> { [$"{name} = a"] = [.. Enumerable.Range(0, candidate.Rows / 2)] },
        };
    }

    private static double[][] Means(Predictions candidate, int values) =>
        [.. Enumerable.Range(0, values).Select(v => Enumerable.Range(0, candidate.OutputCount).Select(
            k => (v + k + 1.0) / (values + candidate.OutputCount)).ToArray())];
}
