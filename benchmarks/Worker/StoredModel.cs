using Azure.Storage.Blobs;
using Serverless.Azure;
using Serverless.Benchmarks.Serving;
using Serverless.Core;
using Serverless.Core.Storage;
using Serverless.Learning.Models;

namespace Serverless.Benchmarks.Worker;

/// <summary>The model to measure, in an Azurite of its own.</summary>
internal sealed class StoredModel : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    /// <summary>The public key of Azurite's default account; not a secret.</summary>
    private const string Key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Server _azurite;

    private StoredModel(Server azurite, LoadedModel model, string connection) =>
        (_azurite, Model, Settings) = (azurite, model, new Dictionary<string, string>
        {
            ["DataStorage"] = connection,
            ["AzureWebJobsStorage"] = connection,
            ["StalenessSchedule"] = "0 0 * * * *",
            ["DriftSchedule"] = "0 0 * * * *",
            ["SweepSchedule"] = "0 0 * * * *",
            ["RolloutSchedule"] = "0 0 * * * *",
            ["SourceSchedule"] = "0 0 * * * *",
        });

    public LoadedModel Model { get; }

    /// <summary>Settings of an app on this storage.</summary>
    public Dictionary<string, string> Settings { get; }

    public static async Task<StoredModel> StartAsync(string azurite, string folder, CancellationToken cancellationToken)
    {
        var local = Path.Combine(folder, "store");
        var model = await ServingModel.MakeAsync(local, Path.Combine(folder, "rows.csv"), cancellationToken);
        var (blobs, queues) = (Workplace.FreePort(), Workplace.FreePort());
        var connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + $"BlobEndpoint=http://127.0.0.1:{blobs}/{Account};QueueEndpoint=http://127.0.0.1:{queues}/{Account};";
        var server = Server.Start(
            "node",
            [azurite, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
                "--blobPort", $"{blobs}", "--queuePort", $"{queues}", "--tablePort", $"{Workplace.FreePort()}"],
            []);
        var stored = new StoredModel(server, model, connection);
        try
        {
            await stored.CopyAsync(new FolderBlobStore(local, TimeProvider.System), connection, cancellationToken);
            return stored;
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();

    private async Task CopyAsync(BlobStore from, string connection, CancellationToken cancellationToken)
    {
        // The client retries until Azurite has started.
        var client = new BlobServiceClient(connection);
        foreach (var container in ContainerNames.All)
        {
            await client.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        var to = new AzureBlobStore(client, TimeProvider.System);
        await foreach (var blob in from.ListAsync(BlobPaths.Models + "/", cancellationToken))
        {
            var (bytes, _) = (await from.ReadAllAsync(blob.Name, 1 << 26, cancellationToken))!.Value;
            await to.WriteAsync(blob.Name, bytes, WriteCondition.Always, cancellationToken);
        }

        _azurite.RequireAlive();
    }
}
