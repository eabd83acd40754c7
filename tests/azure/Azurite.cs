using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Azure.Tests;

/// <summary>
/// A blob and a queue service in a process of its own. <see cref="Variable"/> names Azurite's program or its main
/// script; without it, the tests that need one are skipped.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    public const string Variable = "SERVERLESS_TEST_AZURITE";

    private readonly int _accounts;
    private readonly string? _folder;
    private readonly int _port = FreePort();
    private readonly int _queuePort = FreePort();
    private Process? _process;
    private int _nextAccount;

    private Azurite(int accounts, string? folder) => (_accounts, _folder) = (accounts, folder);

    /// <summary>In memory; each test takes an account of its own.</summary>
    public static Task<Azurite> StartAsync(int accounts) => StartAsync(new Azurite(accounts, folder: null));

    /// <summary>On disk, with one account. What it has confirmed outlives <see cref="KillAsync"/>.</summary>
    public static Task<Azurite> StartDurableAsync(string folder) => StartAsync(new Azurite(accounts: 1, folder));

    /// <summary>A connection string for an account that nobody has used yet.</summary>
    public string NewAccount()
    {
        var account = Interlocked.Increment(ref _nextAccount) - 1;
        if (account >= _accounts)
        {
            throw new InvalidOperationException($"All {_accounts} accounts of this Azurite are taken.");
        }

        return $"DefaultEndpointsProtocol=http;AccountName={Name(account)};AccountKey={Key(account)};"
            + $"BlobEndpoint=http://127.0.0.1:{_port}/{Name(account)};"
            + $"QueueEndpoint=http://127.0.0.1:{_queuePort}/{Name(account)};";
    }

    /// <summary>Ends it as a crash would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again, on the same port and the same folder.</summary>
    public async Task StartAgainAsync()
    {
        var program = RequireProgram();
        var isScript = program.EndsWith(".js", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isScript || _folder is not null ? "node" : program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(
            ';', Enumerable.Range(0, _accounts).Select(a => $"{Name(a)}:{Key(a)}"));
        string[] script = isScript ? [program] : [];
        if (_folder is not null)
        {
            script = ["--require", Path.Combine(AppContext.BaseDirectory, "durable-azurite.js"), program];
        }

        string[] storage = _folder is null ? ["--inMemoryPersistence"] : ["--location", _folder];
        string[] ports = ["--blobPort", $"{_port}", "--queuePort", $"{_queuePort}", "--tablePort", $"{FreePort()}"];
        string[] all =
        [
            .. script, "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1", .. ports,
            .. storage,
            "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        ];
        foreach (var argument in all) start.ArgumentList.Add(argument);

        _process = Process.Start(start) ?? throw new InvalidOperationException("Azurite did not start.");
        var output = new StringBuilder();
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var silent = new HashSet<string> { "Blob", "Queue" };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => listening.TrySetException(
            new InvalidOperationException($"Azurite ended:\n{Text()}"));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listening.Task.WaitAsync(TimeSpan.FromMinutes(5));

        void Take(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
                silent.RemoveWhere(
                    s => line?.Contains($"{s} service is successfully listening", StringComparison.Ordinal) == true);
                if (silent.Count == 0) listening.TrySetResult();
            }
        }

        string Text()
        {
            lock (output) return output.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
    }

    private static async Task<Azurite> StartAsync(Azurite azurite)
    {
        await azurite.StartAgainAsync();
        return azurite;
    }

    private static string RequireProgram()
    {
        var program = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(program), $"{Variable} does not name an Azurite to test with.");
        Assert.True(File.Exists(program), $"{Variable}: expected the path of Azurite's program, found '{program}'.");
        return program!;
    }

    private static string Name(int account) => $"account{account:000}";

    private static string Key(int account) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"the key of account {account}"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
