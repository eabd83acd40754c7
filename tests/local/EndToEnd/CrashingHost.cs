namespace Serverless.Local.Tests.EndToEnd;

/// <summary>A host that is killed now and then, and started again on the same store.</summary>
internal sealed class CrashingHost : IAsyncDisposable
{
    private readonly string _store;
    private volatile Task<HostProcess> _current;

    public CrashingHost(string store)
    {
        _store = store;
        _current = HostProcess.StartAsync(store, "--empty");
    }

    public int Kills { get; private set; }

    /// <summary>Kills that hit a run of the train function, as its receipts show.</summary>
    public int KillsWhileTraining { get; private set; }

    public async Task KillAndRestartAsync()
    {
        var killed = await _current;
        var next = new TaskCompletionSource<HostProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Before the kill: whoever sees a connection break then knows why, and waits for the next host.
        _current = next.Task;
        await killed.KillAsync();
        Kills++;
        if (IsTraining()) KillsWhileTraining++;
        await killed.DisposeAsync();
        try
        {
            next.SetResult(await HostProcess.StartAsync(_store, "--empty"));
        }
        catch (Exception e)
        {
            next.SetException(e);
            throw;
        }
    }

    /// <summary>
    /// Asks the host something. Where it is killed meanwhile, asks the next one; any other failure is one.
    /// </summary>
    public async Task<T> AskAsync<T>(Func<HostProcess, Task<T>> ask)
    {
        while (true)
        {
            var current = _current;
            var host = await current;
            try
            {
                return await ask(host);
            }
            catch (Exception e) when (
                e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException
                && current != _current)
            {
                // Killed: its connections broke.
            }
        }
    }

    public async ValueTask DisposeAsync() => await (await _current).DisposeAsync();

    private bool IsTraining()
    {
        var receipts = Path.Combine(_store, "host", "receipts", "train");
        return Directory.Exists(receipts) && Directory.EnumerateFiles(receipts)
            .Any(r => File.ReadAllText(r).Replace(" ", "", StringComparison.Ordinal).Contains(
                "\"running\":true", StringComparison.Ordinal));
    }
}
