using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting.Blobs;

/// <summary>
/// One function's receipts, by which it runs once for each ETag of a blob, across restarts too. Read once: the host's
/// lease on the store excludes other writers.
/// </summary>
internal sealed class ReceiptBook(string function, BlobStore store, TimeProvider clock, ILogger logger)
{
    private const int MaxBytes = 64 * 1024;

    private readonly ConcurrentDictionary<string, Receipt> _receipts = new();

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync(HostPaths.ReceiptsOf(function), cancellationToken))
        {
            try
            {
                if (await store.ReadAllAsync(blob.Name, MaxBytes, cancellationToken) is not var (bytes, _))
                {
                    continue;
                }

                var receipt = JsonSerializer.Deserialize(bytes, HostJson.Default.Receipt);
                if (receipt is { Name: not null, ETag: not null }) _receipts[receipt.Name] = receipt;
                else logger.Unreadable(blob.Name, "it names no blob");
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                logger.Unreadable(blob.Name, e.Message);
            }
        }
    }

    /// <summary>The receipt for this ETag of the blob; a new, pending one if there is none.</summary>
    public Receipt For(string name, string etag) =>
        _receipts.TryGetValue(name, out var receipt) && receipt.ETag == etag ? receipt : new Receipt(name, etag);

    public async Task SaveAsync(Receipt receipt)
    {
        receipt = receipt with { At = clock.GetUtcNow() };
        await WriteAsync(
            HostPaths.Receipt(function, receipt.Name),
            JsonSerializer.SerializeToUtf8Bytes(receipt, HostJson.Default.Receipt));
        _receipts[receipt.Name] = receipt;
    }

    public async Task SucceedAsync(Receipt receipt)
    {
        await SaveAsync(receipt with { Outcome = ReceiptOutcome.Succeeded, Attempts = receipt.Attempts.Interrupt() });
        await store.DeleteAsync(HostPaths.Poison(function, receipt.Name), CancellationToken.None);
    }

    public async Task PoisonAsync(Receipt receipt, string reason)
    {
        var record = HostPaths.Poison(function, receipt.Name);
        var poison = new PoisonRecord(
            function, receipt.Name, receipt.ETag, reason, receipt.Attempts, clock.GetUtcNow());
        await WriteAsync(record, JsonSerializer.SerializeToUtf8Bytes(poison, HostJson.Default.PoisonRecord));
        await SaveAsync(receipt with { Outcome = ReceiptOutcome.Poisoned, Attempts = receipt.Attempts.Interrupt() });
        logger.Poisoned(function, receipt.Name, reason, record);
    }

    // Not cancelled when the host stops: the next start must not repeat completed work.
    private Task<WriteResult> WriteAsync(string path, byte[] json) =>
        store.WriteAsync(path, json, WriteCondition.Always, CancellationToken.None);
}
