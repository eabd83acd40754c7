using System.Globalization;
using System.Runtime.InteropServices;
using Serverless.Benchmarks.Serving;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.ColdStart;

/// <summary>
/// Measures the time from the start of a process to its first correct prediction with a model of 100 trees: of the
/// embedded host on a folder store and the bare web server, both compiled ReadyToRun and, if the tools are installed,
/// as native code; and of FastAPI over XGBoost. Alternates the programs in each round and takes medians.
/// </summary>
internal static class ColdStartComparison
{
    /// <summary>Relative to the bare endpoint, both ReadyToRun.</summary>
    private const double MaxRatio = 1.4;

    /// <summary>Relative to the bare endpoint, both native. The aim is 1.5.</summary>
    private const double MaxNativeRatio = 2.0;

    /// <returns>Exit code: 0 if all bars are met.</returns>
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
        // The first start of each program reads it from the disk, and is left out.
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
            MaxRatio,
            AtLeast: false);
        if (times.Keys.Any(p => p.Name == Programs.OursNative))
        {
            yield return new Bar(
                "to the bare endpoint's, both native",
                Of(Programs.OursNative) / Of(Programs.BareNative),
                MaxNativeRatio,
                AtLeast: false);
        }

        double Of(string name) => times[times.Keys.Single(p => p.Name == name)].Median();
    }
}
