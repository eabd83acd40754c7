using System.Text.Json;
using Serverless.Benchmarks.Serving;

namespace Serverless.Benchmarks.ColdStart;

/// <summary>A program to measure.</summary>
/// <param name="IsCorrect">Whether the body of an answer is correct.</param>
internal sealed record StartedProgram(
    string Name,
    string File,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<(string Name, string Value)> Environment,
    Uri Target,
    Func<byte[], bool> IsCorrect);

/// <summary>Publishes the programs to compare.</summary>
internal static class Programs
{
    public const string Ours = "ours, ReadyToRun";
    public const string Bare = "bare endpoint, ReadyToRun";
    public const string OursNative = "ours, native AOT";
    public const string BareNative = "bare endpoint, native AOT";

    private const string ReadyToRun = "-p:PublishReadyToRun=true";

    private static readonly string[] _native = ["-p:PublishAot=true"];

    public static async Task<IReadOnlyList<StartedProgram>> PrepareAsync(
        string folder,
        string store,
        string csv,
        double expected,
        string python,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var root = Workplace.Repository();
        var serving = Path.Combine(root, "benchmarks", "Serving");
        var local = Path.Combine(root, "local");
        var bare = Path.Combine(serving, "bare");
        var peer = Path.Combine(folder, "peer.json");
        var programs = new List<StartedProgram>
        {
            Host(Ours, await PublishAsync(local, "ours", [ReadyToRun, "--self-contained", "false"])),
            BareEndpoint(Bare, await PublishAsync(bare, "bare", [ReadyToRun, "--self-contained", "false"])),
        };
        try
        {
            programs.Add(Host(OursNative, await PublishAsync(local, "ours-native", _native)));
            programs.Add(BareEndpoint(BareNative, await PublishAsync(bare, "bare-native", _native)));
        }
        catch (InvalidOperationException e) when (LacksNativeTools(e.Message))
        {
            await output.WriteLineAsync("Native code is not measured: the package of the native compiler, or a "
                + "linker, is missing.\n");
        }

        await Server.RunAsync(python, [Path.Combine(serving, "fastapi", "train.py"), csv, peer], cancellationToken);
        programs.Add(FastApi());
        return programs;

        async Task<string> PublishAsync(string project, string name, string[] how)
        {
            var to = Path.Combine(folder, name);
            await Server.RunAsync(
                "dotnet",
                [
                    "publish",
                    project,
                    "-c",
                    "Release",
                    "-r",
                    "linux-x64",
                    .. how,
                    "-o",
                    to,
                    "--artifacts-path",
                    $"{to}-build",
                    "-v",
                    "quiet"
                ],
                cancellationToken);
            return to;
        }

        StartedProgram Host(string name, string published)
        {
            var port = Workplace.FreePort();
            return new StartedProgram(
                name,
                Path.Combine(published, "Serverless.Local"),
                ["--store", store, "--empty", "--port", $"{port}"],
                [],
                new Uri($"http://127.0.0.1:{port}/api/models/{ServingModel.Name}/predict"),
                answer => ProbabilityOf(answer) == expected);
        }

        static StartedProgram BareEndpoint(string name, string published)
        {
            var port = Workplace.FreePort();
            return new StartedProgram(
                name, Path.Combine(published, "BareEndpoint"), [], [("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")],
                new Uri($"http://127.0.0.1:{port}/predict"), answer => ProbabilityOf(answer) == 0.75);
        }

        StartedProgram FastApi()
        {
            var port = Workplace.FreePort();
            return new StartedProgram(
                "FastAPI and XGBoost", python,
                [
                    "-m",
                    "uvicorn",
                    "--app-dir",
                    Path.Combine(serving, "fastapi"),
                    "--port",
                    $"{port}",
                    "--log-level",
                    "critical",
                    "--no-access-log",
                    "app:app"
                ],
                [("PEER_MODEL", peer), ("PYTHONDONTWRITEBYTECODE", "1")],
                new Uri($"http://127.0.0.1:{port}/predict"),
                answer => answer.AsSpan().IndexOf("\"probability\":"u8) >= 0);
        }
    }

    // Errors of the SDK without a runtime pack, the compiler package or a C linker.
    private static bool LacksNativeTools(string message) =>
        message.Contains("NETSDK1", StringComparison.Ordinal) || message.Contains("NU1", StringComparison.Ordinal)
        || message.Contains("Platform linker", StringComparison.Ordinal);

    private static double ProbabilityOf(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("predictions")[0].GetProperty(
            "probabilities").GetProperty("yes").GetDouble();
    }
}
