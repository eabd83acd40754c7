using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Serverless.Benchmarks.Serving;

/// <summary>A server in a process of its own, ended by SIGTERM.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Server(Process process) => _process = process;

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">The command failed; the message has its output.</exception>
    public static async Task RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = StartProcess(program, arguments, []);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output}{await error}");
        }
    }

    /// <summary>Starts a server, and returns its first answer to a POST of the body.</summary>
    public static async Task<(Server Server, string Answer)> StartAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyList<(string Name, string Value)> environment,
        Uri target,
        byte[] body,
        CancellationToken cancellationToken)
    {
        var server = Start(program, arguments, environment);
        try
        {
            return (server, await FirstAnswerAsync(server, target, body, cancellationToken));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server without waiting for it.</summary>
    public static Server Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        var server = new Server(StartProcess(program, arguments, environment));
        // Reads and discards the output: a full pipe would block the server.
        server._process.OutputDataReceived += (_, _) => { };
        server._process.ErrorDataReceived += (_, _) => { };
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <exception cref="InvalidOperationException">The server has ended.</exception>
    public void RequireAlive()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}.");
        }
    }

    /// <summary>Current memory of the process, in MB.</summary>
    public double Megabytes()
    {
        _process.Refresh();
        return _process.WorkingSet64 / 1e6;
    }

    /// <summary>Publishes a project as a user would.</summary>
    public static Task PublishAsync(string project, string to, CancellationToken cancellationToken) => RunAsync(
        "dotnet",
        ["publish", project, "-c", "Release", "-o", to, "--artifacts-path", $"{to}-build", "-v", "quiet"],
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _ = SendSignal(_process.Id, 15);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(_patience);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static Process StartProcess(
        string program, IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static async Task<string> FirstAnswerAsync(
        Server server, Uri target, byte[] body, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var response = await client.PostAsync(target, content, cancellationToken);
                if (response.IsSuccessStatusCode) return await response.Content.ReadAsStringAsync(cancellationToken);
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < _patience)
            {
                // The server is still starting.
            }

            server.RequireAlive();
            if (Stopwatch.GetElapsedTime(started) > _patience) throw new TimeoutException($"{target} does not answer.");
            await Task.Delay(50, cancellationToken);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
