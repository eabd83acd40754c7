using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Telemetry;

namespace Serverless.Local.Hosting.Queues;

/// <summary>Stores each message of a queue as a blob, so that it survives a restart of the host.</summary>
public sealed class QueueStore(
    BlobStore store, IOptions<JsonOptions> json, TimeProvider clock, ILogger<QueueStore> logger)
{
    /// <summary>Azure's limit, in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 48 * 1024;

    /// <summary>
    /// The options of the isolated worker, not of a web server, which would read "3" as a number.
    /// </summary>
    private readonly JsonSerializerOptions _json = new()
    {
        PropertyNameCaseInsensitive = true,
        TypeInfoResolver = json.Value.SerializerOptions.TypeInfoResolver,
    };

    private readonly ConcurrentDictionary<string, Action<QueueMessage>> _subscribers = new();
    private long _lastId;

    /// <summary>
    /// Calls back for each message sent from now on, after it is stored. A queue has one subscriber.
    /// </summary>
    public void Subscribe(string queue, Action<QueueMessage> sent) => _subscribers[queue] = sent;

    /// <summary>Sends a string unchanged, anything else as JSON. Returns after the message is stored.</summary>
    /// <exception cref="ArgumentException">The message is too large for a queue.</exception>
    public Task SendAsync(string queue, object message, CancellationToken cancellationToken)
    {
        var body = message as string ?? JsonSerializer.Serialize(message, _json.GetTypeInfo(message.GetType()));
        return SendAsync(queue, new QueueMessage(Id: "", body, SentAt: default), cancellationToken);
    }

    /// <summary>Moves a message to the poison queue. Returns the name of its blob.</summary>
    internal async Task<string> PoisonAsync(string queue, QueueMessage message, string reason)
    {
        var poison = $"{queue}-poison";
        message = message with { Attempts = new Attempts(), LastError = reason };
        var sent = await SendAsync(poison, message, CancellationToken.None);
        await DeleteAsync(queue, message.Id);
        return HostPaths.Message(poison, sent.Id);
    }

    /// <summary>Converts a message's body to the type of a function's parameter.</summary>
    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    internal object? Read(QueueMessage message, Type type) =>
        type == typeof(string) ? message.Body
        : type == typeof(byte[]) ? Encoding.UTF8.GetBytes(message.Body)
        : JsonSerializer.Deserialize(message.Body, _json.GetTypeInfo(type));

    /// <summary>
    /// Lists all messages in the order sent. Logs and leaves one that cannot be read.
    /// </summary>
    internal async IAsyncEnumerable<QueueMessage> ListAsync(
        string queue, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync(HostPaths.MessagesOf(queue), cancellationToken))
        {
            var id = Path.GetFileNameWithoutExtension(blob.Name);
            if (blob.Name == HostPaths.Message(queue, id)
                && await FindAsync(queue, id, cancellationToken) is { } message)
            {
                yield return message;
            }
        }
    }

    /// <summary>Reads a message; null if it is gone, or cannot be read, which is logged.</summary>
    internal async Task<QueueMessage?> FindAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var name = HostPaths.Message(queue, id);
        try
        {
            // Allows for JSON escapes, which make the blob larger than the body.
            if (await store.ReadAllAsync(name, 16 * MaxMessageBytes, cancellationToken) is not var (bytes, _))
            {
                return null;
            }

            var message = JsonSerializer.Deserialize(bytes, HostJson.Default.QueueMessage);
            if (message is { Body: not null }) return message with { Id = id };
            logger.Unreadable(name, "it has no body");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            logger.Unreadable(name, e.Message);
        }

        return null;
    }

    // Not cancelled when the host stops: the next start must know how the attempt ended.
    internal Task SaveAsync(string queue, QueueMessage message) =>
        store.WriteAsync(
            HostPaths.Message(queue, message.Id), Serialize(message), WriteCondition.Always, CancellationToken.None);

    internal Task DeleteAsync(string queue, string id) =>
        store.DeleteAsync(HostPaths.Message(queue, id), CancellationToken.None);

    private async Task<QueueMessage> SendAsync(string queue, QueueMessage message, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetByteCount(message.Body);
        if (bytes > MaxMessageBytes)
        {
            throw new ArgumentException(
                $"A message to '{queue}' has {bytes} bytes; at most {MaxMessageBytes} fit.");
        }

        var now = clock.GetUtcNow();
        while (true)
        {
            message = message with
            {
                Id = NextId(now),
                SentAt = now,
                VisibleAt = now,
                TraceParent = HostTelemetry.CurrentParent
            };
            var written = await store.WriteAsync(
                HostPaths.Message(queue, message.Id),
                Serialize(message),
                WriteCondition.OnlyIfAbsent,
                cancellationToken);

            // After the clock was set back, an id may be taken: try the next one.
            if (written.Written) break;
        }

        if (_subscribers.TryGetValue(queue, out var sent)) sent(message);
        return message;
    }

    private string NextId(DateTimeOffset now)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _lastId);
            var next = Math.Max(last + 1, now.UtcTicks);
            if (Interlocked.CompareExchange(ref _lastId, next, last) == last) return next.ToString("D19");
        }
    }

    private static byte[] Serialize(QueueMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, HostJson.Default.QueueMessage);
}
