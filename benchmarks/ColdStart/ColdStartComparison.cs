using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.Benchmarks.Serving;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.ColdStart;

/// <summary>
/// From the start of a process to its first correct prediction with a model of 100 trees: the embedded host on a folder
/// store, the bare web server, both compiled ReadyToRun; both as native code where that can be made here; and FastAPI
/// over XGBoost. One after another in every round, medians of the rounds.
/// </summary>
internal static class ColdStartComparison
{
    /// <summary>To the bare endpoint's, both ReadyToRun.</summary>
    private const double LargestRatio = 1.4;

    /// <summary>Milliseconds differ from machine to machine. The aim is 1.5.</summary>
    private const double LargestNativeRatio = 2.0;

    /// <returns>The exit code: 0 where every bar is met.</returns>
    public static Task<int> RunAsync(
        int rounds, string python, TextWriter output, CancellationToken cancellationToken) =>
        Workplace.InFolderAsync("cold-start", folder => RunAsync(folder, rounds, python, output, cancellationToken));

    private static async Task<int> RunAsync(
        string folder, int rounds, string python, TextWriter output, CancellationToken cancellationToken)
    {
        var (store, csv) = (Path.Combine(folder, "store"), Path.Combine(folder, "rows.csv"));
        var model = await ServingModel.MakeAsync(store, csv, cancellationToken);
        var (body, slots) = ServingModel.Row();
        var expected = new double[1];
        model.Scorer.Score(slots, expected);
        var programs = await Programs.PrepareAsync(folder, store, csv, expected[0], python, output, cancellationToken);

        var times = programs.ToDictionary(p => p, _ => new List<double>());
        // The first start of each also reads it from the disk, and counts for none.
        for (var round = -1; round < rounds; round++)
        {
            foreach (var program in programs)
            {
                var elapsed = await FirstAnswer.MeasureAsync(program, body, cancellationToken);
                if (round >= 0) times[program].Add(elapsed.TotalMilliseconds);
            }
        }

        await output.WriteLineAsync(
            $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {rounds} starts of "
            + "each.\n");
        await output.WriteLineAsync(
            "| program | start to first correct answer, ms: median (least to most) |\n| --- | ---: |");
        foreach (var program in programs)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {program.Name} | {times[program].Median():0} ({times[program].Min():0} to "
                + $"{times[program].Max():0}) |"));
        }

        await output.WriteLineAsync();
        return await Bar.PrintAsync([.. Bars(times)], output);
    }

    private static IEnumerable<Bar> Bars(Dictionary<StartedProgram, List<double>> times)
    {
        yield return new Bar(
            "to the bare endpoint's, both ReadyToRun",
            Of(Programs.Ours) / Of(Programs.Bare),
            LargestRatio,
            AtLeast: false);
        if (times.Keys.Any(p => p.Name == Programs.OursNative))
        {
            yield return new Bar(
                "to the bare endpoint's, both native",
                Of(Programs.OursNative) / Of(Programs.BareNative),
                LargestNativeRatio,
                AtLeast: false);
        }

        double Of(string name) => times[times.Keys.Single(p => p.Name == name)].Median();
    }
}
