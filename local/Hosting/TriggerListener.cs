namespace Serverless.Local.Hosting;

/// <summary>Watches for what triggers one function, and runs it.</summary>
internal abstract class TriggerListener(FunctionDescriptor function)
{
    public FunctionDescriptor Function { get; } = function;

    /// <summary>How many blobs or messages wait or run; 0 for a timer.</summary>
    public virtual int Pending => 0;

    /// <summary>When a timer is due; null for others, and before it is known.</summary>
    public virtual DateTimeOffset? NextRun => null;

    /// <summary>What is sent from here on counts as pending. Called once, before <see cref="RunAsync"/>.</summary>
    public virtual void Subscribe()
    {
    }

    /// <summary>Works until it is told to stop, and returns once nothing runs any more.</summary>
    public abstract Task RunAsync(CancellationToken stop);

    /// <summary>Runs the function once, now, whatever its trigger says.</summary>
    /// <param name="input">A blob's name, a message, or nothing for a timer.</param>
    /// <returns>Null, or why it cannot run.</returns>
    public abstract Task<RunNowRefusal?> RunNowAsync(string? input, CancellationToken cancellationToken);
}

/// <param name="Status">The HTTP status that says the same.</param>
internal sealed record RunNowRefusal(int Status, string Reason);
