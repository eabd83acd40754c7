using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// A small Functions host: one real worker process, started, asked and invoked by the protocol of the official host,
/// and an HTTP front to it. Triggers fire when the caller says so.
/// </summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly RpcServer _server;
    private readonly WorkerProcess _process;
    private readonly Func<string, string, Task> _putMessage;
    private readonly ConcurrentQueue<Invocation> _invocations = new();
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private WorkerChannel _channel = null!;
    private HttpFront? _front;

    private WorkerHost(RpcServer server, WorkerProcess process, Func<string, string, Task> putMessage) =>
        (_server, _process, _putMessage) = (server, process, putMessage);

    /// <summary>The functions that the worker says it has.</summary>
    public IReadOnlyList<FunctionDescription> Functions { get; private set; } = [];

    /// <summary>What the official host would refuse functions for. As there, they are not loaded.</summary>
    public IReadOnlyList<HostFault> Faults { get; private set; } = [];

    /// <summary>Every invocation that was answered, in the order of the answers.</summary>
    public IReadOnlyCollection<Invocation> Invocations => _invocations;

    /// <summary>Where HTTP functions are served, as the official host serves them.</summary>
    public HttpClient Http => _front!.Client;

    /// <summary>Of the worker's process.</summary>
    public int WorkerId => _process.Id;

    /// <summary>For the messages of tests that fail: what the worker printed and logged.</summary>
    public string Diagnostics => $"{_process.Output}\n{string.Join('\n', _channel?.Log ?? [])}";

    /// <param name="settings">The app's settings, which the worker gets as variables.</param>
    /// <param name="putMessage">Takes the queue and the text of each message that a function puts out.</param>
    public static async Task<WorkerHost> StartAsync(
        WorkerApp app, IReadOnlyDictionary<string, string> settings, Func<string, string, Task> putMessage)
    {
        var server = await RpcServer.StartAsync();
        var id = Guid.NewGuid().ToString();
        var host = new WorkerHost(server, WorkerProcess.Start(app, server.Address, id, settings), putMessage);
        try
        {
            await host.ShakeHandsAsync(app, settings, id).WaitAsync(StartLimit);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public FunctionDescription Function(string name) => Functions.Single(f => f.Name == name);

    /// <param name="cancellationToken">Sends InvocationCancel, as the official host does at a time limit.</param>
    /// <param name="invocationId">Null: a new one.</param>
    /// <exception cref="WorkerGoneException">The worker went before it answered.</exception>
    public async Task<Invocation> InvokeAsync(
        FunctionDescription function,
        TriggerData trigger,
        CancellationToken cancellationToken,
        string? invocationId = null)
    {
        invocationId ??= Guid.NewGuid().ToString();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[invocationId] = ended.Task;
        try
        {
            var invocation = await AskAsync(invocationId, function, trigger, cancellationToken);
            _invocations.Enqueue(invocation);
            return invocation;
        }
        finally
        {
            _running.TryRemove(invocationId, out _);
            ended.SetResult();
        }
    }

    /// <summary>
    /// Waits for the end of all invocations that have begun: of an HTTP function, the caller has the answer before the
    /// host knows how the invocation ended, and before it has put out its message.
    /// </summary>
    public Task SettleAsync() => Task.WhenAll(_running.Values);

    public Task<Invocation> FireTimerAsync(string function, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var timer = new TypedData
        {
            Json = JsonSerializer.Serialize(new
            {
                Schedule = new { AdjustForDST = true },
                ScheduleStatus = new { Last = now, LastUpdated = now, Next = now },
                IsPastDue = false,
            }),
        };
        var metadata = new Dictionary<string, TypedData> { ["TimerTrigger"] = timer };
        return InvokeAsync(Function(function), new TriggerData(timer, metadata), cancellationToken);
    }

    /// <summary>Ends the worker as a crash would (SIGKILL).</summary>
    public Task KillWorkerAsync() => _process.KillAsync();

    /// <summary>Asks the worker to end by itself, and waits until it has.</summary>
    public async Task StopWorkerAsync()
    {
        _channel.Terminate();
        await _process.Exited.WaitAsync(TimeSpan.FromMinutes(5));
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null) await _front.DisposeAsync();
        await _process.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<Invocation> AskAsync(
        string invocationId, FunctionDescription function, TriggerData trigger, CancellationToken cancellationToken)
    {
        var request = new InvocationRequest
        {
            InvocationId = invocationId,
            FunctionId = function.Id,
            TraceContext = new RpcTraceContext
            {
                TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01",
            },
        };
        request.InputData.Add(new ParameterBinding { Name = function.Trigger.Name, Data = trigger.Input });
        foreach (var (name, value) in trigger.Metadata) request.TriggerMetadata.Add(name, value);
        var invocation = new Invocation(function.Name, await _channel.InvokeAsync(request, cancellationToken));
        if (!invocation.Succeeded) return invocation;
        foreach (var (queue, message) in QueueOutputs.Of(function, invocation.Response))
        {
            await _putMessage(queue, message);
        }

        return invocation;
    }

    private async Task ShakeHandsAsync(WorkerApp app, IReadOnlyDictionary<string, string> settings, string id)
    {
        var connected = _server.ConnectedAsync(id);
        if (await Task.WhenAny(connected, _process.Exited) != connected)
        {
            throw new InvalidOperationException($"The worker ended before it connected:\n{_process.Output}");
        }

        _channel = await connected;
        var init = await _channel.InitAsync(new WorkerInitRequest
        {
            HostVersion = "4.0.0.0",
            WorkerDirectory = app.Folder,
            FunctionAppDirectory = app.Folder,
        });
        Require(init.Result, "initialise");

        var metadata = await _channel.MetadataAsync(new FunctionsMetadataRequest { FunctionAppDirectory = app.Folder });
        Require(metadata.Result, "describe its functions");
        Functions = [.. metadata.FunctionMetadataResults.Select(FunctionDescription.Of)];
        Faults = new HostRules(app.Extensions, settings).FaultsIn(Functions);
        var sound = Functions.Where(f => Faults.All(fault => fault.Function != f.Name)).ToList();
        foreach (var function in sound)
        {
            Require((await _channel.LoadAsync(function.ToLoadRequest())).Result, $"load {function.Name}");
        }

        if (!init.Capabilities.TryGetValue("HttpUri", out var worker))
        {
            throw new InvalidOperationException("The worker names no HttpUri.");
        }

        _front = await HttpFront.StartAsync(this, sound, new Uri(worker), app.RoutePrefix);
    }

    private void Require(StatusResult result, string what)
    {
        if (result.Status == StatusResult.Types.Status.Success) return;
        throw new InvalidOperationException($"The worker did not {what}: {result.Exception?.Message}\n{Diagnostics}");
    }
}
