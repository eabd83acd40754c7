using System.CommandLine;
using System.Net;
using Serverless.Local.Hosting.Console;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting;

/// <summary>The command line of the embedded host.</summary>
public static class HostCommand
{
    /// <summary>Runs the host until it is stopped.</summary>
    /// <param name="defaults">Values of options that the command line leaves out.</param>
    /// <param name="services">Adds the app's own services, for the given settings.</param>
    /// <param name="prepare">See <see cref="EmbeddedHost.Build"/>.</param>
    /// <param name="started">See <see cref="EmbeddedHost.RunAsync"/>.</param>
    /// <returns>Exit code: 0 after a requested stop, 1 if the host could not start or had to stop.</returns>
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
                $"Function key that requests must carry (prefer {HostSettings.KeyVariable}: command lines are visible "
                + "to other users)",
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

        // The host handles Ctrl-C itself: the library would end the process after two seconds.
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

    // Not the option's default value, which the help would print.
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
