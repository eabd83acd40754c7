using System.Diagnostics;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Local.Tests.Docs;

/// <summary>The store as the first command of the README leaves it. It is made once; each test gets a copy.</summary>
public sealed class SampleStore : IAsyncLifetime
{
    public static IReadOnlyList<string> Models { get; } = ["bird-strikes", "flight-delays", "weather"];

    private readonly TestStore _store = new();

    public async ValueTask InitializeAsync()
    {
        await using var host = await HostProcess.StartAsync(_store.Root);
        foreach (var model in Models)
        {
            await host.UntilAsync($"a champion of {model}", () =>
                Task.FromResult(host.Output.Contains($"{model}: promoted", StringComparison.Ordinal) ? "yes" : null));
        }

        Assert.Equal(0, await host.StopAsync());
    }

    /// <summary>Copies the store as the page on operations says, with the times of the files.</summary>
    public async Task CopyToAsync(string folder)
    {
        using var copy = Process.Start("cp", ["-a", _store.Root, folder]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class SampleStoreTests : ICollectionFixture<SampleStore>
{
    public const string Name = "on a copy of the store of the samples";
}
