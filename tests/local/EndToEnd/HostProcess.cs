using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>
/// The product as a user runs it: the built program in a process of its own, on a store folder, over HTTP.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output;
    private readonly Lock _outputLock;

    private HostProcess(Process process, StringBuilder output, Lock outputLock, Uri address)
    {
        (_process, _output, _outputLock) = (process, output, outputLock);
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Http { get; }

    /// <summary>Everything the process printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_outputLock) return _output.ToString();
        }
    }

    /// <summary>The most memory that the process ever held.</summary>
    public long PeakMemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts on a free port and returns once requests are served.</summary>
    public static Task<HostProcess> StartAsync(string store, params string[] arguments) =>
        StartAsync(store, new Dictionary<string, string>(), arguments);

    /// <param name="environment">Variables that the process gets besides its own.</param>
    public static async Task<HostProcess> StartAsync(
        string store, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[program, "--store", store, "--port", "0", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment) start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException("The host did not start.");
        var (output, outputLock) = (new StringBuilder(), new Lock());
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => address.TrySetException(
            new InvalidOperationException("The host ended:\n" + Text()));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new HostProcess(process, output, outputLock, await address.Task.WaitAsync(TimeSpan.FromMinutes(5)));

        void Take(string? line)
        {
            if (line is null) return;
            lock (outputLock) output.AppendLine(line);
            const string marker = "listening on ";
            var at = line.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) address.TrySetResult(new Uri(line[(at + marker.Length)..].Trim().Split(' ')[0].TrimEnd(',')));
        }

        string Text()
        {
            lock (outputLock) return output.ToString();
        }
    }

    /// <summary>Ends the process as a crash would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// Ends the process as whatever manages services does (SIGTERM), which is what Ctrl-C leads to. Ctrl-C itself is
    /// ignored by all that a shell without job control starts in the background, tests among them.
    /// </summary>
    public async Task<int> StopAsync()
    {
        if (OperatingSystem.IsWindows()) _process.Kill();
        else _ = SendSignal(_process.Id, 15);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return _process.ExitCode;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {text}\n{Output}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string json, int expected = 200)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            (int)response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode} {text}\n{Output}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public Task<JsonElement> PredictAsync(string model, string row) =>
        SendAsync(HttpMethod.Post, $"/api/models/{model}/predict", row);

    /// <summary>Runs a function now, through the admin route.</summary>
    public Task TriggerAsync(string function, string input = "") =>
        SendAsync(
            HttpMethod.Post, $"/admin/functions/{function}", JsonSerializer.Serialize(new { input }), expected: 202);

    /// <summary>Waits until something that the host does by itself has happened.</summary>
    public async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, double seconds = 300)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            if (await look() is { } found) return found;
            Assert.False(_process.HasExited, $"The host ended while waiting for {what}:\n{Output}");
            await Task.Delay(50);
        }

        throw new TimeoutException($"Not within {seconds} s: {what}\n{Output}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
