using System.Globalization;

namespace Serverless.Benchmarks;

/// <summary>What a measurement is held to.</summary>
/// <param name="AtLeast">Whether the measured value may not be below the limit; otherwise it may not be above.</param>
internal sealed record Bar(string What, double Measured, double Limit, bool AtLeast)
{
    public bool IsMet => AtLeast ? Measured >= Limit : Measured <= Limit;

    /// <summary>Prints the bars as a table.</summary>
    /// <returns>The exit code: 0 where all are met.</returns>
    public static async Task<int> PrintAsync(IReadOnlyList<Bar> bars, TextWriter output)
    {
        await output.WriteLineAsync("| bar | measured | limit | |\n| --- | ---: | ---: | --- |");
        foreach (var bar in bars)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {bar.What} | {bar.Measured:0.####} | {(bar.AtLeast ? "at least" : "at most")} {bar.Limit:0.###} "
                + $"| {(bar.IsMet ? "met" : "MISSED")} |"));
        }

        return bars.All(b => b.IsMet) ? 0 : 1;
    }
}
