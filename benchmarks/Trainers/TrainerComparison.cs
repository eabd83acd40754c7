using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Core.Composition;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning;
using Serverless.Learning.Features;
using Serverless.Learning.Gate;
using Serverless.Learning.Metrics;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Learning.Trainers.Trees;
using Serverless.MlNet;

namespace Serverless.Benchmarks.Trainers;

/// <summary>
/// <c>compare trainers</c>: compares all trainers, with default hyperparameters, on each real data set, through the
/// product's search and gate. The gate compares each model with the baseline, and with our trees as the champion.
/// </summary>
internal static class TrainerComparison
{
    private const string Champion = GradientBoostingTrainer.TrainerName;

    /// <returns>Exit code: 1 if data are missing or the gate refuses a model as the first; else 0.</returns>
    public static async Task<int> RunAsync(string? folder, TextWriter output, CancellationToken cancellationToken)
    {
        if (RealData.FindFolder(folder) is not { } found)
        {
            await output.WriteLineAsync(
                $"Expected {string.Join(", ", RealData.All.Select(d => d.File))} in ../shared/data beside the "
                + "repository, or in --data.");
            return 1;
        }

        await using var services = Services(Path.GetTempPath());
        var trainers = services.GetRequiredService<IReadOnlyList<ITrainer>>();
        await output.WriteLineAsync($"{Versions()}\n");

        // Warms up: the first run includes compilation.
        var small = await RealData.All[^1].PrepareAsync(found, cancellationToken);
        await TrainAsync(
            small with { Train = Head(small.Train), Validation = Head(small.Validation) }, trainers, cancellationToken);

        var refused = false;
        foreach (var set in RealData.All)
        {
            var data = await set.PrepareAsync(found, cancellationToken);
            var contenders = await TrainAsync(data, trainers, cancellationToken);
            refused |= await PrintAsync(set, data, contenders, output, cancellationToken);
        }

        await SampleSearches.PrintAsync(Services, output, cancellationToken);
        return refused ? 1 : 0;
    }

    private static ServiceProvider Services(string store)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole());
        services.AddServerless(_ => new FolderBlobStore(store, TimeProvider.System));
        services.AddMlNetTrainers();
        return services.BuildServiceProvider();
    }

    /// <summary>
    /// Runs one search per trainer, with its defaults only. In a common search, successive halving would give the
    /// losers few rows.
    /// </summary>
    private static async Task<List<Contender>> TrainAsync(
        PreparedData data, IReadOnlyList<ITrainer> trainers, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender>();
        foreach (var trainer in trainers.Where(
            t => t.Name != BaselineTrainer.TrainerName && t.Supports(data.Signature.Task)))
        {
            var settings = data.Definition.Training with { Trainers = [trainer.Name], Trials = 1 };
            var scoringSeconds = 0.0;
            var problem = CandidateBuilder.Problem(data, trainers, Environment.ProcessorCount);
            var context = new TrainingContext(settings.Seed, Environment.ProcessorCount, null, cancellationToken);
            var search = await HyperparameterSearch.RunAsync(
                problem with
                {
                    Settings = settings,
                    Score = (scorer, rows) =>
                    {
                        var started = TimeProvider.System.GetTimestamp();
                        var score = problem.Score(scorer, rows);
                        scoringSeconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
                        return score;
                    },
                },
                context,
                TimeProvider.System,
                deadline: CancellationToken.None);
            var (trial, scorer) = search.Winner
                ?? throw new InvalidDataException($"{trainer.Name}: {search.Trials[0].Error}");
            contenders.Add(Contender.Measure(data, trainers, trial, scorer, trial.Seconds - scoringSeconds));
        }

        return contenders;
    }

    /// <returns>Whether the gate refused a model as the first one.</returns>
    private static async Task<bool> PrintAsync(
        RealData set,
        PreparedData data,
        List<Contender> contenders,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var (metric, counts) = (data.Metric, data.Counts);
        var best = contenders.MaxBy(c => metric.GreaterIsBetter ? c.Trial.Score : -c.Trial.Score)!;
        var baselineTrainer = new BaselineTrainer();
        var baseline = data.Predict(
            baselineTrainer.Train(
                data.Train, data.Validation, baselineTrainer.Defaults(data.Signature.Task), new TrainingContext(0, 1)),
            data.Holdout,
            threads: 1);
        var champion = contenders.First(c => c.Trial.Trainer == Champion);
        await output.WriteLineAsync(
            $"**{set.Name}**: {counts.Train:N0} rows to learn from, {counts.Validation:N0} to choose by, "
            + $"{counts.Holdout:N0} held out; "
            + $"{data.Signature.Slots.Count} slots; {metric.Name}, {(metric.GreaterIsBetter ? "more" : "less")} is "
                + "better; "
            + $"baseline {Number(metric.Compute(baseline))}. The search chooses {best.Trial.Trainer}.\n");
        await output.WriteLineAsync(
            $"| trainer | validation | held out | better than {Champion} by (90 % interval) | gate, with {Champion} "
            + "as champion | training, s | model, KB | load, ms | one row, µs: median, 99 % |\n"
            + "| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");

        var refused = false;
        foreach (var contender in contenders)
        {
            var first = Decide(contender, null);
            refused |= !first.Promotes;
            var verdict = contender == champion ? null : Decide(contender, champion);
            var interval = verdict?.Improvement is { } i
                ? $"{Number(i.Estimate)} ({Number(i.Lower)} to {Number(i.Upper)})"
                : "";
            var gate = (first.Promotes ? "" : "no better than the baseline; ")
                + (verdict is null ? "" : verdict.Promotes ? "promoted" : "refused");
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {contender.Trial.Trainer} | {Number(contender.Trial.Score!.Value)} | "
                + $"{Number(metric.Compute(contender.Holdout))} | {interval} | {gate} | "
                + $"{contender.TrainingSeconds:0.00} | {contender.ModelBytes / 1000.0:0} | "
                + $"{contender.LoadMilliseconds:0.00} | {contender.MedianMicroseconds:0.00}, "
                + $"{contender.NinetyNinthMicroseconds:0.00} |"));
        }

        await output.WriteLineAsync();
        return refused;

        GateVerdict Decide(Contender contender, Contender? against) => PromotionGate.Decide(
            new GateInput
            {
                Candidate = contender.Holdout,
                Baseline = baseline,
                Champion = against?.Holdout,
                ChampionVersion = against is null ? null : 1,
                Metric = metric,
                Settings = data.Definition.Validation,
                Seed = data.Definition.Training.Seed,
                TimeOrdered = data.Schema.TimeColumns.Count > 0,
            },
            cancellationToken);
    }

    private static TrainingData Head(TrainingData data)
    {
        int[] rows = [.. Enumerable.Range(0, Math.Min(1000, data.Labels.Length))];
        return data with { Features = data.Features.Select(rows), Labels = data.Labels[..rows.Length] };
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Versions()
    {
        // Microsoft.ML's assembly version is always 1.0.0.0.
        var library = typeof(Microsoft.ML.MLContext).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, engine "
            + $"{Engine.Version}, "
            + $"Microsoft.ML {library?.InformationalVersion}";
    }
}
