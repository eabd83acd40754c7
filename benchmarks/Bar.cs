using System.Globalization;

namespace Serverless.Benchmarks;

/// <summary>A limit for a measurement.</summary>
/// <param name="AtLeast">Whether the limit is a minimum; otherwise it is a maximum.</param>
internal sealed record Bar(string What, double Measured, double Limit, bool AtLeast)
{
    public bool IsMet => AtLeast ? Measured >= Limit : Measured <= Limit;

    /// <summary>Prints the bars as a table.</summary>
    /// <returns>Exit code: 0 if all are met.</returns>
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
