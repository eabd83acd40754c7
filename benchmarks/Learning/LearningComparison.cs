using System.Diagnostics;
using System.Runtime.InteropServices;
using Serverless.Benchmarks.Trainers;
using Serverless.Learning;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Benchmarks.Learning;

/// <summary>
/// <c>compare learning</c>: compares our trees with XGBoost's and scikit-learn's, part by part.
/// </summary>
internal static class LearningComparison
{
    public const int Rounds = 100;
    public const int Repeats = 3;

    public static IReadOnlyList<string> Parts { get; } = ["fit", "score", "load", "file", "splits"];

    /// <param name="flights">Output folder of <c>flights.mjs</c>; null leaves the flights out and prints so.</param>
    /// <param name="parts">Some of <see cref="Parts"/>.</param>
    /// <returns>Exit code: 0 if all bars are met.</returns>
    public static async Task<int> RunAsync(
        string? dataFolder,
        string? flights,
        IReadOnlyList<int> rows,
        IReadOnlyList<string> parts,
        string python,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} "
            + $"processors, engine {Engine.Version}\n");
        WarmUp();
        var bars = new List<Bar>();
        if (parts.Contains("fit"))
        {
            bars.AddRange(await FitPart.RunAsync(
                Sets(dataFolder, flights, rows, output, cancellationToken), python, output, cancellationToken));
        }

        if (parts.Contains("score")) bars.AddRange(await ScorePart.RunAsync(python, output, cancellationToken));
        if (parts.Contains("load")) bars.AddRange(await LoadPart.RunAsync(output, cancellationToken));
        if (parts.Contains("file")) bars.AddRange(await FilePart.RunAsync(rows, python, output, cancellationToken));
        if (parts.Contains("splits")) bars.AddRange(await SplitsPart.RunAsync(python, output, cancellationToken));
        return await Bar.PrintAsync(bars, output);
    }

    public static Hyperparameters Parameters(TrainingData data)
    {
        var parameters = new GradientBoostingTrainer().Defaults(data.Task);
        (parameters["num_iterations"], parameters["num_leaves"], parameters["learning_rate"]) = (Rounds, 31, 0.1);
        return parameters;
    }

    /// <returns>The scorer, and the time of the fit in seconds.</returns>
    public static (Scorer Scorer, double Seconds) Fit(TrainingData train, int threads)
    {
        var none = train with { Features = train.Features.Select([]), Labels = [] };
        var started = Stopwatch.GetTimestamp();
        var scorer = new GradientBoostingTrainer().Train(
            train, none, Parameters(train), new TrainingContext(1, threads));
        return (scorer, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>A temporary folder, for files that the peers read.</summary>
    public static string Folder(string name) =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "serverless-learning", name)).FullName;

    /// <summary>Lets the runtime compile our code; the peers are compiled already.</summary>
    private static void WarmUp()
    {
        var data = HiggsLike.Make(20_000, seed: 3);
        for (var i = 0; i < 3; i++) Fit(data, Environment.ProcessorCount).Scorer.ScoreAll(data.Features);
    }

    private static async IAsyncEnumerable<LearningSet> Sets(
        string? dataFolder,
        string? flights,
        IReadOnlyList<int> rows,
        TextWriter output,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var count in rows) yield return LearningSet.HiggsLike(count);
        if (flights is null) await output.WriteLineAsync("Leaves out the flights: no --flights given.\n");
        else yield return LearningSet.Flights(flights);
        if (RealData.FindFolder(dataFolder) is not { } found)
        {
            await output.WriteLineAsync(
                "Leaves out the real data: neither in --data nor in ../shared/data beside the repository.\n");
            yield break;
        }

        foreach (var set in RealData.All) yield return await LearningSet.SharedAsync(set, found, cancellationToken);
    }
}
