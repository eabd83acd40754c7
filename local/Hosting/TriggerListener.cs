using Serverless.Local.Hosting.Functions;

namespace Serverless.Local.Hosting;

/// <summary>Runs one function for each of its triggers.</summary>
internal abstract class TriggerListener(FunctionDescriptor function)
{
    public FunctionDescriptor Function { get; } = function;

    /// <summary>Number of blobs or messages that wait or run; 0 for a timer.</summary>
    public virtual int Pending => 0;

    /// <summary>When a timer is due; null for other triggers, and before the schedule is read.</summary>
    public virtual DateTimeOffset? NextRun => null;

    /// <summary>Subscribes to new messages. Called once, before <see cref="RunAsync"/>.</summary>
    public virtual void Subscribe()
    {
    }

    /// <summary>Runs until the token is cancelled, and returns when no run is left.</summary>
    public abstract Task RunAsync(CancellationToken stop);

    /// <summary>Runs the function once, now, without waiting for its trigger.</summary>
    /// <param name="input">A blob's name or a message; null for a timer.</param>
    /// <returns>Why the function cannot run; null if it runs.</returns>
    public abstract Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken);
}

/// <param name="Status">HTTP status code.</param>
internal sealed record RunNowRefusal(int Status, string Reason);
