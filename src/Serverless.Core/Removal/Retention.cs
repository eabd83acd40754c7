using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Core.Data;
using Serverless.Core.Storage;

namespace Serverless.Core.Removal;

/// <summary>Deletes what is older than <see cref="RetentionOptions"/> say. What has no setting costs nothing.</summary>
public sealed class Retention(
    BlobStore store, RetentionOptions options, TimeProvider clock, ILogger<Retention> logger)
{
    /// <summary>Run records that stay for each model, so that a retrain on the same data knows of its run.</summary>
    public const int RunsKept = 100;

    private static readonly string[] _reports = ["alerts", "drift", "staleness", "schedule", "rollout"];

    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await CleanDatedAsync(BlobPaths.Predictions, options.PredictionRetentionDays, cancellationToken);
        await CleanDatedAsync(BlobPaths.Feedback, options.FeedbackRetentionDays, cancellationToken);
        await CleanAsync($"{BlobPaths.Quarantine}/", options.QuarantineRetentionDays, cancellationToken);
        await CleanAsync(BlobPaths.BatchOutputs, options.BatchOutputRetentionDays, cancellationToken);
        await CleanAsync(BlobPaths.BatchLeftovers, options.LeftoverRetentionDays, cancellationToken);
        int?[] monitoring =
            [options.ReportRetentionDays, options.RunRetentionDays, options.ReceiptRetentionDays];
        if (monitoring.All(days => days is null)) return;
        foreach (var model in await FoldersAsync($"{BlobPaths.Monitoring}/", cancellationToken))
        {
            foreach (var kind in _reports)
            {
                await CleanAsync(
                    $"{BlobPaths.MonitoringOf(model)}{kind}/", options.ReportRetentionDays, cancellationToken);
            }

            await CleanRunsAsync(model, cancellationToken);
            await CleanReceiptsAsync(model, cancellationToken);
        }
    }

    /// <summary>Cleans folders of days, <c>{container}/{model}/yyyy-MM-dd/</c>, without listing those that stay.</summary>
    private async Task CleanDatedAsync(string container, int? days, CancellationToken cancellationToken)
    {
        if (Before(days) is not { } before) return;
        foreach (var model in await FoldersAsync($"{container}/", cancellationToken))
        {
            foreach (var folder in await FoldersAsync($"{container}/{model}/", cancellationToken))
            {
                var isDay = DateTime.TryParseExact(
                    folder, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
                // A day is over when the next one begins.
                if (isDay && day.AddDays(1) > before.UtcDateTime) continue;
                await DeleteAsync(
                    $"{container}/{model}/{folder}/", blob => isDay || blob.LastModified < before, cancellationToken);
            }
        }
    }

    private async Task CleanAsync(string prefix, int? days, CancellationToken cancellationToken)
    {
        if (Before(days) is not { } before) return;
        await DeleteAsync(
            prefix,
            blob => blob.LastModified < before && !blob.Name.EndsWith("/latest.json", StringComparison.Ordinal),
            cancellationToken);
    }

    private async Task CleanRunsAsync(string model, CancellationToken cancellationToken)
    {
        if (Before(options.RunRetentionDays) is not { } before) return;
        var prefix = $"{BlobPaths.MonitoringOf(model)}runs/";
        var times = new List<DateTimeOffset>();
        await foreach (var blob in store.ListAsync(prefix, cancellationToken)) times.Add(blob.LastModified);
        if (times.Count <= RunsKept) return;
        var newest = times.OrderDescending().ElementAt(RunsKept - 1);
        await DeleteAsync(prefix, blob => blob.LastModified < before && blob.LastModified < newest, cancellationToken);
    }

    /// <summary>Keeps the receipts of files as they are now: without one, a sweep would train on its file again.</summary>
    private async Task CleanReceiptsAsync(string model, CancellationToken cancellationToken)
    {
        if (Before(options.ReceiptRetentionDays) is not { } before) return;
        var receipts = new DataReceipts(store, model);
        var definition = (await store.GetPropertiesAsync(BlobPaths.Definition(model), cancellationToken))?.ETag;
        var current = new HashSet<string>();
        var data = BlobPaths.DatasetsOf(model);
        await foreach (var file in store.ListAsync(data, cancellationToken))
        {
            current.Add(receipts.Name(file.Name[data.Length..], file.ETag));
            if (definition is not null) current.Add(receipts.Name(file.Name[data.Length..], file.ETag, definition));
        }

        await foreach (var file in store.ListAsync(BlobPaths.BatchInput(model, ""), cancellationToken))
        {
            current.Add(receipts.Name(file.Name, file.ETag));
        }

        await DeleteAsync(
            receipts.Prefix, blob => blob.LastModified < before && !current.Contains(blob.Name), cancellationToken);
    }

    private DateTimeOffset? Before(int? days) => days is { } count ? clock.GetUtcNow().AddDays(-count) : null;

    private async Task<IReadOnlyList<string>> FoldersAsync(string folder, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var name in store.ListFoldersAsync(folder, cancellationToken)) names.Add(name);
        return names;
    }

    private async Task DeleteAsync(
        string prefix, Predicate<BlobProperties> isOld, CancellationToken cancellationToken)
    {
        var (blobs, bytes) = await ModelBlobs.DeleteAsync(store, prefix, blob => !isOld(blob), cancellationToken);
        if (blobs > 0) RemovalLog.Cleaned(logger, blobs, bytes, prefix);
    }
}
