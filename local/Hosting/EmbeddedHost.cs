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
using Serverless.Local.Hosting.Admin;
using Serverless.Local.Hosting.Console;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Http;
using Serverless.Local.Hosting.Queues;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Hosting.Telemetry;
using Spectre.Console;

namespace Serverless.Local.Hosting;

/// <summary>Runs the app's function classes on this machine, over Kestrel and one blob store.</summary>
public sealed class EmbeddedHost : IAsyncDisposable
{
    // The first request gets the processors to itself: the listeners start after it. But in a store of very many
    // models, loading them delays the listeners by no more than MaxPreparation.
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

    /// <summary>The address that requests are served at, once started; contains the port that was picked.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>Composes a host without starting it.</summary>
    /// <param name="services">
    /// The app's own services. A <see cref="BlobStore"/>, <see cref="TimeProvider"/>, <see cref="RunFeed"/> or
    /// <see cref="IAnsiConsole"/> among them replaces the host's own.
    /// </param>
    /// <param name="prepare">
    /// Starts to load what the first requests need, in parallel with the rest of the start. Requests do not wait for
    /// it; the listeners do, for a limited time. It must not fail, and must not write: the host does not hold the
    /// store's lease yet.
    /// </param>
    /// <exception cref="HostStartException">The settings, host.json, a function or the store is invalid.</exception>
    public static EmbeddedHost Build(
        HostSettings settings,
        Action<IServiceCollection> services,
        IReadOnlyList<FunctionType> functionTypes,
        Func<IServiceProvider, Task>? prepare = null)
    {
        settings.Validate();
        var hostFile = HostFile.Read(settings.HostJson);

        // An empty builder: the others read and watch settings files and add loggers.
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
            // Reads, answers and sends a request on one pool thread, without a hand-over in between; an await in a
            // function still frees the thread. The runtime's network threads must not run functions, so
            // DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS must not be set as well.
            sockets.UnsafePreferInlineScheduling = true;
            // Each idle connection keeps its buffer: costs 4 KiB per connection, saves a system call per request.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Logging.SetMinimumLevel(hostFile.LogLevel).AddFilter("Microsoft", LogLevel.Warning);
        // RequestEdge logs the exceptions of requests. With this category off, and without tracing, ASP.NET Core
        // creates no activity per request.
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
        _firstRequests = StartAfterFirstRequestAsync();
        _listeners.Start(_firstRequests);
    }

    /// <summary>Runs until Ctrl-C, SIGTERM or <see cref="IHostApplicationLifetime"/> stops it.</summary>
    /// <param name="started">Called once, when requests are served and the listeners start.</param>
    /// <returns>False if the host stopped because of a lost lease or a failed listener.</returns>
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

    /// <summary>Accepts no more work, and waits up to the drain time for running functions.</summary>
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
        // Releases the lease too: after the services created later, whose last writes need it.
        await _app.DisposeAsync();
    }

    /// <summary>Validates all options before any is used.</summary>
    /// <exception cref="HostStartException">Options are invalid; the message names each setting.</exception>
    private static void CheckOptions(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        // The binder throws InvalidOperationException for a value of the wrong type.
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            throw new HostStartException(e.Message, e);
        }
        catch (AggregateException e)
        {
            throw new HostStartException(string.Join(" ", e.InnerExceptions.Select(i => i.Message)), e);
        }
    }

    private async Task StartAfterFirstRequestAsync()
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
