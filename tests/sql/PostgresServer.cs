using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Serverless.Sql.Tests;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Serverless.Sql.Tests;

/// <summary>
/// A real PostgreSQL of its own, started by the first test that needs one. <see cref="Variable"/> names the folder of
/// its programs; without it, the tests that need one are skipped.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Variable = "SERVERLESS_TEST_POSTGRES";

    /// <summary>Of every connection; a test looks for it where it must not be.</summary>
    public const string Password = "a-secret-of-the-tests";

    private readonly SemaphoreSlim _starting = new(1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"serverless-postgres-{Guid.NewGuid():N}");
    private readonly int _port = FreePort();
    private string? _programs;
    private int _databases;

    /// <summary>The connection string of an empty database. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_programs is null) await StartAsync();
            var name = $"test{++_databases}";
            await ExecuteAsync(Connection("postgres"), $"create database {name}");
            return Connection(name);
        }
        finally
        {
            _starting.Release();
        }
    }

    public static async Task ExecuteAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, open) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<long> CountAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, open);
        var value = await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        return Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_programs is null) return;
        await RunAsync("pg_ctl", "stop", "-D", _folder, "-m", "immediate");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var programs = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(programs), $"{Variable} does not name the folder of PostgreSQL's programs.");
        Assert.True(
            File.Exists(Path.Combine(programs!, "initdb")),
            $"{Variable}: expected a folder with initdb, found {programs}");
        _programs = programs;
        await RunAsync(
            "initdb", "-D", _folder, "-U", "tests", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync");
        await RunAsync(
            "pg_ctl",
            "start",
            "-D",
            _folder,
            "-w",
            "-l",
            Path.Combine(_folder, "log"),
            "-o",
            $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_wal_size=4GB");
    }

    /// <summary>PostgreSQL refuses to run as root: then as Debian's user for it.</summary>
    private async Task RunAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs!, program), .. arguments];
        if (Environment.IsPrivilegedProcess) command = ["runuser", "-u", "postgres", "--", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: exit code {process.ExitCode}");
    }

    private string Connection(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username=tests;Password={Password};Include Error Detail=true";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
