using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Local.Tests.Docs;

/// <summary>
/// Runs the shell blocks of one page as a reader would, one after the other, in a folder with the sample data and a
/// store, beside a running host. Two commands have a stand-in: <c>dotnet run --project local</c> starts the program
/// that is built already, on a free port; <c>dotnet test</c> would run this very test, so only the solution is read.
/// </summary>
internal sealed partial class Terminal : IAsyncDisposable
{
    private const string Documented = "http://127.0.0.1:7071";

    // What a reader waits for takes seconds; so long a block is run again until it works.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A block that never ends is killed.
    private static readonly TimeSpan MaxBlockTime = TimeSpan.FromMinutes(2);

    // Alone, curl prints an error status and ends well. Here it fails the block, unless the line says which is right.
    private const string Functions = """
        set -euo pipefail
        curl() { command curl --no-progress-meter --fail-with-body "$@"; }
        refused() {
          local expected=$1 status
          shift 2
          status=$(command curl --no-progress-meter --output answer --write-out '%{http_code}' "$@")
          [[ $status == "$expected" ]] || { echo "expected $expected, found $status: $(cat answer)" >&2; return 1; }
        }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-docs-");
    private HostProcess? _host;

    private Terminal()
    {
    }

    public static async Task<Terminal> OpenAsync(SampleStore samples)
    {
        var terminal = new Terminal();
        await samples.CopyToAsync(terminal.PathOf("store"));
        Directory.CreateSymbolicLink(terminal.PathOf("data-samples"), TestStore.Sample());
        return terminal;
    }

    /// <returns>What the block printed.</returns>
    public async Task<string> RunAsync(FencedBlock block)
    {
        if (HostCommand().Match(block.Text) is { Success: true } start) return await StartHostAsync(start);
        if (block.Text == "dotnet test Serverless.sln") return await TestedProjectsAsync();
        _host ??= await HostProcess.StartAsync(PathOf("store"));
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_host.Http.BaseAddress!.Port}");
        var script = Functions + Refusal().Replace(block.Text, "refused ${status} ${command}")
            .Replace(Documented, address, StringComparison.Ordinal);
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var (exitCode, output, errors) = await RunScriptAsync(script);
            if (exitCode == 0) return output;
            Assert.True(
                clock.Elapsed < Patience,
                $"line {block.Line}: exit code {exitCode}\n{block.Text}\n{output}{errors}\n{_host.Output}");
            await Task.Delay(250);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Ends the present host, as Ctrl-C does, and starts another in its place.</summary>
    private async Task<string> StartHostAsync(Match command)
    {
        if (_host is not null)
        {
            Assert.Equal(0, await _host.StopAsync());
            await _host.DisposeAsync();
        }

        var environment = command.Groups["name"].Captures.Zip(command.Groups["value"].Captures)
            .ToDictionary(v => v.First.Value, v => v.Second.Value);
        var arguments = command.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        var store = "store";
        if (arguments.IndexOf("--store") is >= 0 and var at)
        {
            store = arguments[at + 1];
            arguments.RemoveRange(at, 2);
        }

        _host = await HostProcess.StartAsync(PathOf(store), environment, [.. arguments]);
        return "";
    }

    /// <returns>The solution, which names the project of this test.</returns>
    private static async Task<string> TestedProjectsAsync()
    {
        var solution = await File.ReadAllTextAsync(Path.Combine(TestStore.Repository, "Serverless.sln"));
        Assert.Contains($"{typeof(Terminal).Assembly.GetName().Name}.csproj", solution, StringComparison.Ordinal);
        return solution;
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunScriptAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(MaxBlockTime);
        await using var killing = limit.Token.Register(() => bash.Kill(entireProcessTree: true));
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output, await errors);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    [GeneratedRegex(
        @"^((?<name>[A-Z_]+)=(?<value>\S+) )*dotnet run --project local( -- (?<arguments>[^\n]+))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex HostCommand();

    [GeneratedRegex(
        "^(?<command>curl .+?) +# answers (?<status>[0-9]{3})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Refusal();
}
