using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>
/// Runs functions: an instance for each run, and a scope of services where it needs one; the time limit of host.json,
/// and the messages that come of it sent before the run counts as done.
/// </summary>
public sealed class FunctionRunner(
    FunctionIndex index,
    IServiceProvider services,
    QueueStore queues,
    HostFile hostFile,
    TimeProvider clock,
    ILogger<FunctionRunner> logger) : IDisposable
{
    private readonly RunStops _stops = new(hostFile.FunctionTimeout, clock);

    /// <summary>All that is running, over all functions.</summary>
    public int Running => index.Functions.Sum(f => f.Activity.Running);

    public IReadOnlyList<FunctionStatus> Describe() => [.. index.Functions.Select(f => f.Activity.Describe(f))];

    /// <summary>Tells everything that runs to stop now.</summary>
    public void Abort() => _stops.Abort();

    public bool IsAborted => _stops.IsAborted;

    /// <summary>Binds what goes by name; the trigger and the token follow when the function runs.</summary>
    /// <returns>Null and the arguments, or what does not fit.</returns>
    public static BindingError? Bind(FunctionDescriptor function, Func<string, string?> named, out object?[] arguments)
    {
        arguments = new object?[function.Parameters.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            var (parameter, source) = function.Parameters[i];
            if (source != ParameterSource.Name) continue;
            if (NamedValue.TryConvert(parameter, named(parameter.Name!), out arguments[i]) is { } error) return error;
        }

        return null;
    }

    /// <summary>
    /// Runs one function and gives its HTTP answer, if it has one. Whatever the function throws comes out.
    /// </summary>
    /// <exception cref="TimeoutException">
    /// It ran longer than host.json's functionTimeout, and stopped when told.
    /// </exception>
    public async ValueTask<IResult?> RunAsync(
        FunctionDescriptor function, object trigger, object?[] arguments, CancellationToken caller)
    {
        var stop = _stops.Begin(caller);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (function.Parameters[i].Source == ParameterSource.Trigger) arguments[i] = trigger;
            if (function.Parameters[i].Source == ParameterSource.Cancellation) arguments[i] = stop.Token;
        }

        function.Activity.Begin(clock.GetUtcNow());
        string? error = null;
        try
        {
            return await InvokeAsync(function, arguments, stop.Token);
        }
        catch (OperationCanceledException e) when (stop.IsOverdue && !IsAborted)
        {
            error = $"ran longer than {hostFile.FunctionTimeout:c}";
            throw new TimeoutException($"{function.Name} {error}.", e);
        }
        catch (Exception e)
        {
            error = e.Message;
            throw;
        }
        finally
        {
            function.Activity.End(error);
            _stops.End(stop);
        }
    }

    /// <summary>
    /// Runs a function without a caller: its exceptions are logged and reported here.
    /// </summary>
    /// <param name="subject">What it works on, for people.</param>
    /// <param name="traceParent">Of who asked for it; null begins a trace.</param>
    public async Task<FunctionOutcome> TryRunAsync(
        FunctionDescriptor function, string subject, object trigger, object?[] arguments, string? traceParent = null)
    {
        using var span = HostTelemetry.StartFunction(function, traceParent);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await RunAsync(function, trigger, arguments, CancellationToken.None);
            logger.Ran(function.Name, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return FunctionOutcome.Succeeded;
        }
        catch (Exception) when (IsAborted)
        {
            logger.Interrupted(function.Name, subject);
            return FunctionOutcome.Interrupted;
        }
        catch (StoreUnavailableException e)
        {
            span?.Fail(e);
            logger.StoreFailed(e, function.Name, StoreGuard.Pause.TotalSeconds);
            return FunctionOutcome.StoreAway;
        }
        catch (Exception e)
        {
            span?.Fail(e);
            logger.Failed(e, function.Name, subject);
            return FunctionOutcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    public void Dispose() => _stops.Dispose();

    private async ValueTask<IResult?> InvokeAsync(
        FunctionDescriptor function, object?[] arguments, CancellationToken stop)
    {
        AsyncServiceScope? scope = function.Code.NeedsScope ? services.CreateAsyncScope() : null;
        object? instance = null;
        try
        {
            instance = function.Code.Create(scope?.ServiceProvider ?? services);
            var result = await function.Output.AwaitAsync(function.Code.Invoke(instance, arguments));
            foreach (var (queue, message) in function.Output.Messages(result))
            {
                await queues.SendAsync(queue, message, stop);
            }

            return function.Output.Answer(result);
        }
        finally
        {
            if (instance is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else (instance as IDisposable)?.Dispose();
            if (scope is { } made) await made.DisposeAsync();
        }
    }
}

/// <summary>How a run ended that nobody waits for.</summary>
/// <param name="IsInterrupted">The host stopped; the run counts neither as done nor as failed.</param>
/// <param name="IsStoreAway">The store did not answer; the run is to be done again, and counts not as failed.</param>
/// <param name="Error">Null unless it failed.</param>
public readonly record struct FunctionOutcome(bool IsInterrupted, bool IsStoreAway, string? Error)
{
    public static FunctionOutcome Succeeded => default;

    public static FunctionOutcome Interrupted => new(IsInterrupted: true, IsStoreAway: false, Error: null);

    public static FunctionOutcome StoreAway => new(IsInterrupted: false, IsStoreAway: true, Error: null);

    public static FunctionOutcome Failed(string error) => new(IsInterrupted: false, IsStoreAway: false, error);
}
