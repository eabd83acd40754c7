using System.Diagnostics;
using System.Text;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>The worker's process, started with the arguments and variables that the official host passes.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>Bytes of the largest message that either side takes; the official host's value.</summary>
    public const int MaxMessageLength = int.MaxValue;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private WorkerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Everything the process printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Completes once the process has ended and all that it printed was read.</summary>
    public Task Exited => _process.WaitForExitAsync();

    public static WorkerProcess Start(
        WorkerApp app, Uri rpc, string workerId, IReadOnlyDictionary<string, string> settings)
    {
        var requestId = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo(app.Executable)
        {
            WorkingDirectory = app.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            app.WorkerPath,
            "--host", rpc.Host,
            "--port", $"{rpc.Port}",
            "--workerId", workerId,
            "--requestId", requestId,
            "--grpcMaxMessageLength", $"{MaxMessageLength}",
            "--functions-uri", rpc.AbsoluteUri,
            "--functions-worker-id", workerId,
            "--functions-request-id", requestId,
            "--functions-grpc-max-message-length", $"{MaxMessageLength}",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = app.Folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        foreach (var (name, value) in settings) start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{app.Executable} did not start.");
        var worker = new WorkerProcess(process);
        process.OutputDataReceived += (_, e) => worker.Take(e.Data);
        process.ErrorDataReceived += (_, e) => worker.Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Ends it as a crash would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
