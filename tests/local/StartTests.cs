using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Tests.Http;

namespace Serverless.Local.Tests;

/// <summary>How the host starts and ends, in this process and as the real program.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_store_has_one_host_and_the_next_one_may_have_it_after()
    {
        await using (await TestHost.StartAsync(_folder, []))
        {
            var refused = await Assert.ThrowsAsync<HostStartException>(() => TestHost.StartAsync(_folder, []));
            Assert.Contains($"Another host is working on the store {_folder.Path}", refused.Message);
        }

        await using var next = await TestHost.StartAsync(_folder, []);
    }

    [Fact]
    public async Task A_host_that_cannot_listen_gives_the_store_back()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => TestHost.StartAsync(_folder, [], with: s => s with { Port = port }));
        Assert.Equal($"Port {port} of 127.0.0.1 is in use; choose another with --port.", refused.Message);
        await using var next = await TestHost.StartAsync(_folder, []);
    }

    [Fact]
    public void A_store_that_is_a_file_is_refused()
    {
        _folder.Drop("file", "");
        var refused = Assert.Throws<HostStartException>(
            () => TestHost.Build(_folder, [], with: s => s with { Store = _folder.PathOf("file") }));
        Assert.Contains("cannot be used", refused.Message);
    }

    [Fact]
    public async Task Function_instances_are_made_for_each_run_and_disposed_after_it()
    {
        await using var host = await TestHost.StartAsync(_folder, [typeof(Disposed)]);
        for (var i = 0; i < 2; i++) await host.Client.GetStringAsync("/api/Disposed");
        Assert.Equal(["made", "ran", "disposed", "made", "ran", "disposed"], host.Probe.Calls);
    }

    [Fact]
    public async Task Services_live_as_long_as_they_were_registered_to()
    {
        var seen = new List<Counted<PerRun>>();
        await using var host = await TestHost.StartAsync(_folder, [typeof(PerRun), typeof(PerHost)], services: s =>
            s.AddScoped<Counted<PerRun>>().AddSingleton(typeof(Counted<>)).AddSingleton(seen));
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            answers.Add(await host.Client.GetStringAsync("/api/PerRun"));
            answers.Add(await host.Client.GetStringAsync("/api/PerHost"));
        }

        Assert.Equal(["GET 1 1 False", "GET 1", "GET 2 1 False", "GET 1"], answers);
        Assert.All(seen, own => Assert.True(own.IsDisposed));
    }

    [Theory]
    [InlineData("--bind 0.0.0.0", "needs a key")]
    [InlineData("--bind here", "--bind must be an IP address or localhost, found 'here'.")]
    [InlineData("--drain -1", "--drain must be 0 to 3600 seconds, found -1.")]
    [InlineData("--port 70000", "--port must be 0 to 65535, found 70000.")]
    [InlineData("--key short", "The key must have at least 16 characters, found 5.")]
    [InlineData("--host-json none.json", "There is no host.json at none.json.")]
    public async Task A_wrong_command_line_is_one_line_of_error_and_exit_code_1(string arguments, string message)
    {
        using var program = Start($"--store {_folder.Path} {arguments}");
        var error = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(1, program.ExitCode);
    }

    [Fact]
    public async Task The_program_serves_until_it_is_told_to_stop_and_ends_well()
    {
        using var program = Start($"--store {_folder.Path} --port 0");
        var line = await program.StandardOutput.ReadLineAsync();
        Assert.StartsWith("listening on http://127.0.0.1:", line);
        using var client = new HttpClient();
        var address = line!.Split(' ', ',')[2];
        Assert.Contains("\"running\"", await client.GetStringAsync($"{address}/admin/host/status"));

        using (var second = Start($"--store {_folder.Path} --port 0"))
        {
            Assert.Contains("Another host is working on the store", await second.StandardError.ReadToEndAsync());
            await second.WaitForExitAsync();
            Assert.Equal(1, second.ExitCode);
        }

        // Not SIGINT, which all that a shell without job control starts in the background ignores.
        using (Process.Start("kill", ["-TERM", $"{program.Id}"])) await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task A_store_whose_host_was_killed_is_free_at_once()
    {
        using (var program = Start($"--store {_folder.Path} --port 0"))
        {
            Assert.StartsWith("listening", await program.StandardOutput.ReadLineAsync());
            program.Kill();
            await program.WaitForExitAsync();
        }

        await using var next = await TestHost.StartAsync(_folder, []);
    }

    private static Process Start(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with 'kill'.");
        return Process.Start(new ProcessStartInfo(
            "dotnet", $"{Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll")} --empty {arguments}")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
