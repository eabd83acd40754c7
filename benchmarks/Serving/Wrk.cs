using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Benchmarks.Serving;

/// <param name="RequestsPerSecond">Requests per second, all answered with 2xx.</param>
/// <param name="Requests">Number of requests in the run.</param>
/// <param name="P99Milliseconds">99th percentile of the latency.</param>
internal sealed record LoadResult(double RequestsPerSecond, long Requests, double P99Milliseconds);

/// <summary>Runs the load generator wrk.</summary>
internal static partial class Wrk
{
    /// <summary>Writes a script that posts one body repeatedly.</summary>
    public static async Task<string> WriteScriptAsync(string folder, string body, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "post.lua");
        await File.WriteAllTextAsync(
            path,
            $"wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [[{body}]]\n",
            cancellationToken);
        return path;
    }

    /// <exception cref="InvalidOperationException">wrk or a request failed.</exception>
    public static async Task<LoadResult> RunAsync(
        string script, Uri target, int connections, int seconds, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[
            "-t", "1", "-c", $"{connections}", "-d", $"{seconds}s", "--latency", "-s", script, target.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0
            || output.Contains("Non-2xx", StringComparison.Ordinal)
            || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk against {target}: {output}");
        }

        var rate = Rate().Match(output);
        var tail = Tail().Match(output);
        var requests = Requests().Match(output);
        return new LoadResult(Number(rate), (long)Number(requests), Number(tail) * tail.Groups["unit"].Value switch
        {
            "us" => 0.001,
            "ms" => 1,
            _ => 1000,
        });
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("Expected rate, latency and count in the output of wrk, found none.");

    [GeneratedRegex(@"Requests/sec:\s+(?<number>[\d.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+(?<number>[\d.]+)(?<unit>us|ms|s)", RegexOptions.CultureInvariant)]
    private static partial Regex Tail();

    [GeneratedRegex(@"(?<number>\d+) requests in", RegexOptions.CultureInvariant)]
    private static partial Regex Requests();
}
