using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>A storage account, and what the official host's extensions for it do with blobs and messages.</summary>
internal sealed class StorageTriggers(string connection)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // The host's default encoding.
    private readonly QueueServiceClient _queues =
        new(connection, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    public string Connection => connection;

    public BlobServiceClient Blobs { get; } = new(connection);

    /// <summary>An output binding's message.</summary>
    public async Task PutAsync(string queue, string message)
    {
        var client = _queues.GetQueueClient(queue);
        await client.CreateIfNotExistsAsync();
        await client.SendMessageAsync(message);
    }

    public async Task UploadAsync(string path, BinaryData content, CancellationToken cancellationToken)
    {
        var container = Blobs.GetBlobContainerClient(path.Split('/')[0]);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var blob = container.GetBlobClient(path[(container.Name.Length + 1)..]);
        await blob.UploadAsync(content, overwrite: true, cancellationToken);
    }

    /// <summary>Uploads a blob, and passes on the event that it was.</summary>
    public async Task<Invocation> DropAsync(
        WorkerHost host, string path, BinaryData content, CancellationToken cancellationToken)
    {
        await UploadAsync(path, content, cancellationToken);
        return await AnnounceAsync(host, path, cancellationToken);
    }

    /// <summary>
    /// Passes on the event that a blob was written, to the one function whose trigger it is. The worker reads the blob
    /// itself.
    /// </summary>
    public Task<Invocation> AnnounceAsync(WorkerHost host, string path, CancellationToken cancellationToken)
    {
        var blobs = host.Functions.Where(f => f.Trigger.Is("blobTrigger"));
        var function = blobs.Single(f => new BlobPattern(f.Trigger["path"]!).Match(path) is not null);
        return AnnounceAsync(host, function, path, cancellationToken);
    }

    /// <summary>
    /// The same to any function. Event Grid's subscription says who gets an event: the official host passes on what
    /// does not match the trigger's path too, without its tokens.
    /// </summary>
    public Task<Invocation> AnnounceAsync(
        WorkerHost host, FunctionDescription function, string path, CancellationToken cancellationToken)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (container, blob) = (path[..slash], path[(slash + 1)..]);
        var uri = Blobs.GetBlobContainerClient(container).GetBlobClient(blob).Uri;
        var input = new TypedData
        {
            ModelBindingData = new ModelBindingData
            {
                Version = "1.0",
                Source = "AzureStorageBlobs",
                ContentType = "application/json",
                Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(
                    new { Connection = function.Trigger["connection"], ContainerName = container, BlobName = blob })),
            },
        };
        var metadata = new Dictionary<string, TypedData>(StringComparer.OrdinalIgnoreCase)
        {
            ["BlobTrigger"] = new() { String = path },
            ["Uri"] = new() { Json = JsonSerializer.Serialize(uri.AbsoluteUri) },
            ["Properties"] = new() { Json = "{}" },
            ["Metadata"] = new() { Json = "{}" },
        };
        var tokens = new BlobPattern(function.Trigger["path"]!).Match(path) ?? new Dictionary<string, string>();
        foreach (var (token, value) in tokens) metadata[token] = new TypedData { String = value };
        return host.InvokeAsync(function, new TriggerData(input, metadata), cancellationToken);
    }

    /// <summary>
    /// Waits for a message on a function's queue, and invokes the function with it. What was done is deleted; a message
    /// whose invocation failed stays.
    /// </summary>
    public async Task<Invocation> DeliverAsync(
        WorkerHost host, string functionName, CancellationToken cancellationToken)
    {
        var function = host.Function(functionName);
        var queue = _queues.GetQueueClient(function.Trigger["queueName"]);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var message = await ReceiveAsync(queue, cancellationToken);
        var trigger = new TriggerData(new TypedData { String = message.MessageText }, Metadata(message));
        var invocation = await host.InvokeAsync(function, trigger, cancellationToken);
        if (!invocation.Succeeded) return invocation;
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
        return invocation;
    }

    /// <summary>How many messages a queue holds, seen or not.</summary>
    public async Task<int> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var client = _queues.GetQueueClient(queue);
        if (!await client.ExistsAsync(cancellationToken)) return 0;
        return (await client.GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount;
    }

    private static async Task<QueueMessage> ReceiveAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            // Invisible to others for longer than any invocation of these tests takes.
            var answer = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), limit.Token);
            if (answer.Value is { } message) return message;
            await Task.Delay(50, limit.Token);
        }
    }

    private static Dictionary<string, TypedData> Metadata(QueueMessage message) => new()
    {
        ["QueueTrigger"] = new() { String = message.MessageText },
        ["DequeueCount"] = new() { Json = $"{message.DequeueCount}" },
        ["ExpirationTime"] = new() { Json = JsonSerializer.Serialize(message.ExpiresOn) },
        ["Id"] = new() { String = message.MessageId },
        ["InsertionTime"] = new() { Json = JsonSerializer.Serialize(message.InsertedOn) },
        ["NextVisibleTime"] = new() { Json = JsonSerializer.Serialize(message.NextVisibleOn) },
        ["PopReceipt"] = new() { String = message.PopReceipt },
    };
}
