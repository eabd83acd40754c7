using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Spectre.Console;

namespace Serverless.Local.Hosting;

/// <summary>Azure Functions on this machine: the app's function classes over Kestrel and one blob store.</summary>
public sealed class EmbeddedHost : IAsyncDisposable
{
    // A process that is started for the sake of a request has few processors to answer it with: what begins by itself
    // begins after it. A store with very many models must not keep what was dropped waiting.
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPreparation = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly HostSettings _settings;
    private readonly FunctionRunner _runner;
    private readonly HostListeners _listeners;
    private readonly RunConsole _console;
    private readonly BlobStore _store;
    private readonly HostLease _lease;
    private readonly ILogger _logger;
    private readonly Task? _preparing;
    private Task _firstRequests = Task.CompletedTask;
    private long _startedAt;
    private HostState _state = HostState.Starting;

    private EmbeddedHost(WebApplication app, Task? preparing)
    {
        (_app, _preparing) = (app, preparing);
        _settings = app.Services.GetRequiredService<HostSettings>();
        _runner = app.Services.GetRequiredService<FunctionRunner>();
        _listeners = app.Services.GetRequiredService<HostListeners>();
        _console = app.Services.GetRequiredService<RunConsole>();
        _store = app.Services.GetRequiredService<BlobStore>();
        _lease = app.Services.GetRequiredService<HostLease>();
        _logger = app.Services.GetRequiredService<ILogger<EmbeddedHost>>();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where requests are served, with the port that was picked; only once started.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>Composes a host. Nothing listens or runs yet.</summary>
    /// <param name="services">
    /// The app's own services. A <see cref="BlobStore"/>, <see cref="TimeProvider"/>, <see cref="RunFeed"/> or
    /// <see cref="IAnsiConsole"/> among them is used instead of the host's own.
    /// </param>
    /// <param name="prepare">
    /// Begins what the first requests will need, beside the rest of the start. Requests do not wait for it; what no
    /// request triggers does, a moment longer. It never fails, and reads only: the store is not this host's yet.
    /// </param>
    /// <exception cref="HostStartException">Settings, host.json, a function or the store cannot be used.</exception>
    public static EmbeddedHost Build(
        HostSettings settings,
        Action<IServiceCollection> services,
        IReadOnlyList<FunctionType> functionTypes,
        Func<IServiceProvider, Task>? prepare = null)
    {
        settings.Validate();
        var hostFile = HostFile.Read(settings.HostJson);

        // Nothing but what is named here: the defaults of the other builders read and watch settings files, and log.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Values).AddEnvironmentVariables();

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MaxRequestBytes;
            kestrel.Listen(settings.Bind, settings.Port);
        });
        builder.WebHost.UseSockets(sockets =>
        {
            // A request is read, answered and sent by one thread of the pool, without being handed over in between;
            // what a function waits for frees the thread as ever. The runtime's own threads, which wait on the network,
            // run none of it unless DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS is set as well, which it must not be.
            sockets.UnsafePreferInlineScheduling = true;
            // Reads straight into a buffer that the connection keeps while it waits: 4 KiB of memory for each idle
            // connection, and a call of the system less for each request.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Logging.SetMinimumLevel(hostFile.LogLevel).AddFilter("Microsoft", LogLevel.Warning);
        // What a request throws is logged at the edge. Where nobody listens to this category and nobody traces, ASP.NET
        // spares each request an activity.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        services(builder.Services);
        builder.Services.AddProblemDetails().AddRouting();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Drain + TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(settings).AddSingleton(hostFile);
        builder.Services.AddSingleton(_ => FunctionIndex.Read(
            functionTypes, hostFile.RoutePrefix, builder.Configuration, builder.Services.IsSingleton));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RunFeed>();
        builder.Services.TryAddSingleton(_ => AnsiConsole.Console);
        builder.Services.AddSingleton(s => new Lazy<IAnsiConsole>(s.GetRequiredService<IAnsiConsole>));
        builder.Services.TryAddSingleton<BlobStore>(s =>
            new FolderBlobStore(settings.Store, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<RunConsole>().AddSingleton<ILoggerProvider, ConsoleLogs>();
        builder.Services.AddSingleton<FunctionKey>().AddSingleton<QueueStore>();
        builder.Services.AddSingleton<FunctionRunner>().AddSingleton<HostListeners>();
        builder.Services.AddSingleton<HostLease>();
        builder.Services.AddTelemetry(settings, builder.Configuration);

        var app = builder.Build();
        CheckOptions(app.Services);
        try
        {
            var preparing = prepare?.Invoke(app.Services);
            var index = app.Services.GetRequiredService<FunctionIndex>();
            var host = new EmbeddedHost(app, preparing);
            app.UseMiddleware<RequestEdge>();
            app.UseRouting();
            ((IEndpointRouteBuilder)app).DataSources.Add(new DefaultEndpointDataSource([
                .. FunctionEndpoints.Create(index, app.Services),
                .. AdminEndpoints.Create(
                    index, app.Services.GetRequiredService<FunctionKey>(), host._listeners, host.Status),
            ]));
            return host;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostStartException($"The store cannot be used: {e.Message}", e);
        }
    }

    /// <exception cref="HostStartException">
    /// The store is in use by another host, or the address cannot be listened on.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _lease.TakeAsync(cancellationToken);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or UnauthorizedAccessException)
        {
            throw new HostStartException($"The store {_store.Location} cannot be used: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new HostStartException(e.InnerException is AddressInUseException
                ? $"Port {_settings.Port} of {_settings.Bind} is in use; choose another with --port."
                : $"Cannot listen on {_settings.Bind}, port {_settings.Port}: {e.Message}", e);
        }

        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(addresses.Addresses.First());
        _startedAt = Stopwatch.GetTimestamp();
        _state = HostState.Running;
        _firstRequests = LetRequestsGoFirstAsync();
        _listeners.Start(_firstRequests);
    }

    /// <summary>Starts, and stops when told by Ctrl-C, SIGTERM or <see cref="IHostApplicationLifetime"/>.</summary>
    /// <param name="started">Called once, when requests are served and the first one had its turn.</param>
    /// <returns>False where the host had to stop by itself.</returns>
    public async Task<bool> RunAsync(
        Action<EmbeddedHost>? started = null, CancellationToken cancellationToken = default)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = _app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await StartAsync(cancellationToken);
        await _firstRequests;
        started?.Invoke(this);
        await using var cancelled = cancellationToken.Register(_app.Lifetime.StopApplication);
        await stopping.Task;
        await StopAsync();
        return !_lease.IsLost && !_listeners.HasFailed;
    }

    /// <summary>Takes no more work, lets what runs end within the drain time, and gives back the store.</summary>
    public async Task StopAsync()
    {
        if (_state != HostState.Running) return;
        _state = HostState.Stopping;
        _logger.Stopping(_settings.Drain.TotalSeconds);
        await _listeners.StopAsync(_app.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _console.StopAsync();
        // Gives back the lease as well, after the services that were made after it have written their last.
        await _app.DisposeAsync();
    }

    /// <summary>Checks all options before anything takes a value from them.</summary>
    /// <exception cref="HostStartException">Names each wrong setting.</exception>
    private static void CheckOptions(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        // The binder throws InvalidOperationException for a value of another type.
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            throw new HostStartException(e.Message, e);
        }
        catch (AggregateException e)
        {
            throw new HostStartException(string.Join(" ", e.InnerExceptions.Select(i => i.Message)), e);
        }
    }

    private async Task LetRequestsGoFirstAsync()
    {
        if (_preparing is not null)
        {
            await Task.WhenAny(_preparing, Task.Delay(MaxPreparation));
            await Task.Delay(FirstAnswer);
        }

        _console.Start();
        _console.WriteLine($"listening on {Address.GetLeftPart(UriPartial.Authority)}, store {_store.Location}");
    }

    private HostStatus Status() => new(
        _state,
        typeof(EmbeddedHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        _state == HostState.Starting ? 0 : Stopwatch.GetElapsedTime(_startedAt).TotalSeconds,
        Environment.ProcessId,
        _store.Location,
        [.. _runner.Describe().Select(f => f with { NextRun = _listeners.NextRun(f.Name) })],
        _listeners.PendingBlobs,
        _listeners.Queues);
}
