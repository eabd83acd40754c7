using Serverless.Azure.Tests;
using Serverless.Core.Storage;

[assembly: AssemblyFixture(typeof(SharedAzurite))]

namespace Serverless.Azure.Tests;

/// <summary>One Azurite for all tests of the assembly, started by the first that needs it.</summary>
public sealed class SharedAzurite : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private Azurite? _azurite;

    /// <summary>
    /// A connection string for an empty account of the caller's own. Skips the test where there is no Azurite.
    /// </summary>
    public async Task<string> NewAccountAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _azurite ??= await Azurite.StartAsync(accounts: 400);
            return _azurite.NewAccount();
        }
        finally
        {
            _starting.Release();
        }
    }

    public static AzureBlobStore Open(string connection, HttpMessageHandler? network = null)
    {
        var options = new global::Azure.Storage.Blobs.BlobClientOptions();
        if (network is not null) options.Transport = new global::Azure.Core.Pipeline.HttpClientTransport(network);
        var settings = AzureStoreSettings.TryParse(connection, "the test")!;
        return new AzureBlobStore(settings.CreateClient(options), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        _starting.Dispose();
    }
}
