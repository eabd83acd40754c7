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

    /// <summary>Kills that hit the reading of a file or a training, as what they leave behind shows.</summary>
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
        var receipts = Path.Combine(_store, "host", "receipts", "ingest");
        if (Directory.Exists(receipts) && Directory.EnumerateFiles(receipts)
            .Any(r => File.ReadAllText(r).Replace(" ", "", StringComparison.Ordinal).Contains(
                "\"running\":true", StringComparison.Ordinal)))
        {
            return true;
        }

        return CrashData.Models.Select(m => Path.Combine(_store, "models", m, "runs"))
            .Any(runs => Directory.Exists(runs)
                && Directory.EnumerateFiles(runs, "*", SearchOption.AllDirectories).Any());
    }
}
