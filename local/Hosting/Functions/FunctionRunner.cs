using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Admin;
using Serverless.Local.Hosting.Queues;
using Serverless.Local.Hosting.Settings;
using Serverless.Local.Hosting.Telemetry;

namespace Serverless.Local.Hosting.Functions;

/// <summary>
/// Runs functions: creates an instance for each run, and a scope if it needs one, enforces the time limit of host.json,
/// and sends the messages in the result.
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

    /// <summary>Number of current runs of all functions.</summary>
    public int Running => index.Functions.Sum(f => f.Activity.Running);

    public IReadOnlyList<FunctionStatus> Describe() => [.. index.Functions.Select(f => f.Activity.Describe(f))];

    /// <summary>Cancels all runs.</summary>
    public void Abort() => _stops.Abort();

    public bool IsAborted => _stops.IsAborted;

    /// <summary>Binds parameters by name. <see cref="RunAsync"/> adds the trigger and the token.</summary>
    /// <returns>The first value that does not fit its parameter; null if all do.</returns>
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
    /// Runs one function and returns its HTTP answer, if any. Does not catch the function's exceptions.
    /// </summary>
    /// <exception cref="TimeoutException">
    /// The function exceeded functionTimeout in host.json and stopped when cancelled.
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
    /// Runs a function for a blob, message or timer, and logs its exceptions.
    /// </summary>
    /// <param name="subject">What the function works on, for log messages.</param>
    /// <param name="traceParent">W3C traceparent of the sender; null starts a new trace.</param>
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
            return FunctionOutcome.StoreUnavailable;
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

/// <summary>How a run for a blob, message or timer ended.</summary>
/// <param name="IsInterrupted">The host stopped; the run counts neither as done nor as failed.</param>
/// <param name="IsStoreUnavailable">The run must be repeated, and does not count as failed.</param>
/// <param name="Error">Null unless the run failed.</param>
public readonly record struct FunctionOutcome(bool IsInterrupted, bool IsStoreUnavailable, string? Error)
{
    public static FunctionOutcome Succeeded => default;

    public static FunctionOutcome Interrupted => new(IsInterrupted: true, IsStoreUnavailable: false, Error: null);

    public static FunctionOutcome StoreUnavailable => new(IsInterrupted: false, IsStoreUnavailable: true, Error: null);

    public static FunctionOutcome Failed(string error) => new(IsInterrupted: false, IsStoreUnavailable: false, error);
}
