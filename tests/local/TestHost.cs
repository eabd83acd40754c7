using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Hosting;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;
using Spectre.Console;

namespace Serverless.Local.Tests;

/// <summary>A host in this process on a free port, with its production wiring over a real folder.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private TestHost(EmbeddedHost host, Probe probe, StringWriter output)
    {
        (Host, Probe, Output) = (host, probe, output);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
    }

    public EmbeddedHost Host { get; }

    public Probe Probe { get; }

    public HttpClient Client { get; }

    /// <summary>What the console showed; read it after the host was disposed.</summary>
    public StringWriter Output { get; }

    public static async Task<TestHost> StartAsync(
        TempFolder folder,
        IReadOnlyList<FunctionType> functions,
        Probe? probe = null,
        string hostJson = "{}",
        Func<HostSettings, HostSettings>? with = null,
        Action<IServiceCollection>? services = null)
    {
        probe ??= new Probe();
        var output = new StringWriter();
        var host = Build(folder, functions, hostJson, with, s =>
        {
            s.AddSingleton(probe);
            s.AddSingleton(AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }));
            services?.Invoke(s);
        });
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return new TestHost(host, probe, output);
    }

    public static EmbeddedHost Build(
        TempFolder folder,
        IReadOnlyList<FunctionType> functions,
        string hostJson = "{}",
        Func<HostSettings, HostSettings>? with = null,
        Action<IServiceCollection>? services = null)
    {
        var settings = new HostSettings
        {
            Store = folder.Path,
            Port = 0,
            HostJson = WriteHostJson(folder, hostJson),
            BlobSettle = TimeSpan.FromMilliseconds(40),
            BlobRetry = TimeSpan.FromMilliseconds(1),
            BlobRescan = TimeSpan.FromMinutes(10),
            Drain = TimeSpan.FromSeconds(5),
        };
        return EmbeddedHost.Build(with is null ? settings : with(settings), services ?? (_ => { }), functions);
    }

    public static string WriteHostJson(TempFolder folder, string json)
    {
        // Not a name that a blob can have, so that the store does not see it.
        var path = folder.PathOf(".store-host.json");
        File.WriteAllText(path, json);
        return path;
    }

    public async Task<JsonElement> StatusAsync() =>
        await Client.GetFromJsonAsync<JsonElement>("/admin/host/status", TestContext.Current.CancellationToken);

    /// <summary>Returns once no blob and no message waits or runs.</summary>
    public async Task UntilIdleAsync()
    {
        while (true)
        {
            var status = await StatusAsync();
            var waiting = status.GetProperty("pendingBlobs").EnumerateObject()
                .Concat(status.GetProperty("queues").EnumerateObject())
                .Sum(p => p.Value.GetInt32());
            if (waiting == 0) return;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public Task<HttpResponseMessage> RunNowAsync(string function, string? input = null) =>
        Client.PostAsJsonAsync($"/admin/functions/{function}", new { input }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
