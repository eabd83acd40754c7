using System.CommandLine;
using System.Net;

namespace Serverless.Local.Hosting;

/// <summary>The command line of the embedded host.</summary>
public static class HostCommand
{
    /// <summary>Runs the host until it is stopped.</summary>
    /// <param name="defaults">What the command line does not say.</param>
    /// <param name="services">The app's own services, for the settings that were given.</param>
    /// <param name="prepare">See <see cref="EmbeddedHost.Build"/>.</param>
    /// <param name="started">Called once, when requests are served and the first one had its turn.</param>
    /// <returns>The exit code: 0 after a stop that was asked for, 1 where the host could not start or go on.</returns>
    public static Task<int> RunAsync(
        string[] args,
        HostSettings defaults,
        Action<HostSettings, IServiceCollection> services,
        IReadOnlyList<FunctionType> functionTypes,
        Func<IServiceProvider, Task>? prepare = null,
        Action<EmbeddedHost>? started = null)
    {
        var store = new Option<string>("--store")
        {
            Description = "Folder of the blob store, or the connection string or https address of a storage account",
            DefaultValueFactory = _ => defaults.Store,
        };
        var port = new Option<int>("--port")
        {
            Description = "Port to listen on; 0 picks a free one",
            DefaultValueFactory = _ => defaults.Port,
        };
        var bind = new Option<string>("--bind")
        {
            Description = "Address to listen on; any but loopback needs a key",
            DefaultValueFactory = _ => defaults.Bind.ToString(),
        };
        var key = new Option<string?>("--key")
        {
            Description =
                $"Function key that requests must carry (better set {HostSettings.KeyVariable}: others see "
                + "command lines)",
        };
        var empty = new Option<bool>("--empty") { Description = "Do not load the samples" };
        var hostJson = new Option<string?>("--host-json")
        {
            Description = "Settings of the Functions host, instead of those beside the program",
        };
        var drain = new Option<double>("--drain")
        {
            Description = "Seconds that running functions get after Ctrl-C",
            DefaultValueFactory = _ => defaults.Drain.TotalSeconds,
        };
        var telemetry = new Option<bool>("--telemetry") { Description = "Show traces and metrics" };
        var root = new RootCommand(
            "Runs the function app on this machine.") { store, port, bind, key, empty, hostJson, drain, telemetry };
        root.SetAction((parsed, cancellationToken) => RunAsync(
            () => defaults with
            {
                Store = parsed.GetRequiredValue(store),
                Port = parsed.GetValue(port),
                Bind = ParseAddress(parsed.GetRequiredValue(bind)),
                Key = parsed.GetValue(key) ?? KeyOfEnvironment,
                Empty = parsed.GetValue(empty),
                HostJson = parsed.GetValue(hostJson),
                Drain = ParseSeconds(parsed.GetValue(drain)),
                Telemetry = parsed.GetValue(telemetry),
            },
            services,
            functionTypes,
            prepare,
            started,
            cancellationToken));

        // Ctrl-C is for the host to handle: the library would end the process after two seconds.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(
        Func<HostSettings> read,
        Action<HostSettings, IServiceCollection> services,
        IReadOnlyList<FunctionType> functionTypes,
        Func<IServiceProvider, Task>? prepare,
        Action<EmbeddedHost>? started,
        CancellationToken cancellationToken)
    {
        try
        {
            var settings = read();
            await using var host = EmbeddedHost.Build(settings, s => services(settings, s), functionTypes, prepare);
            return await host.RunAsync(started, cancellationToken) ? 0 : 1;
        }
        catch (HostStartException e)
        {
            await System.Console.Error.WriteLineAsync(ConsoleText.CleanLine(e.Message));
            return 1;
        }
    }

    // No default value of the option, because its help would show it.
    private static string? KeyOfEnvironment =>
        Environment.GetEnvironmentVariable(HostSettings.KeyVariable) is { Length: > 0 } key ? key : null;

    private static IPAddress ParseAddress(string text) =>
        text.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new HostStartException($"--bind must be an IP address or localhost, found '{text}'.");

    private static TimeSpan ParseSeconds(double seconds) =>
        seconds is >= 0 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new HostStartException($"--drain must be 0 to 3600 seconds, found {seconds}.");
}
