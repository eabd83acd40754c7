using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Stores blobs in an Azure storage account, or in Azurite. The first segment of a name is the container, which is
/// created by the first write to it.
/// </summary>
/// <remarks>
/// <para>Throws <see cref="StoreUnavailableException"/> if the service does not answer after about six seconds of
/// retries, <see cref="UnauthorizedAccessException"/> if it denies access, and <see cref="IOException"/> for other
/// failures.</para>
/// <para>Lists the blobs of a container in the order of the service, without those whose names break the rules of
/// <see cref="BlobName"/>. Takes leases on empty blobs below <c>.store/leases</c> of the container, so that writes need
/// no lease id.</para>
/// </remarks>
/// <param name="service">
/// From <see cref="AzureStoreSettings.CreateClient"/>, which turns off the library's retries.
/// </param>
public sealed class AzureBlobStore(BlobServiceClient service, TimeProvider clock) : BlobStore
{
    private const string Leases = BlobName.ReservedPrefix + "/leases/";

    private readonly AzureRetry _retry = new(clock);

    // Without the query, which may contain a signature.
    public override string Location { get; } =
        $"{service.Uri.Scheme}://{service.Uri.Authority}{service.Uri.AbsolutePath}";

    public override IAsyncEnumerable<BlobProperties> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return prefix.IndexOf('/') is >= 0 and var slash
            ? ListBlobsAsync(prefix[..slash], prefix[(slash + 1)..], cancellationToken)
            : ListContainersAsync(prefix, cancellationToken);
    }

    public override async IAsyncEnumerable<string> ListFoldersAsync(
        string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlobName.RequireFolder(folder);
        var slash = folder.IndexOf('/');
        var (container, prefix) = (folder[..slash], folder[(slash + 1)..]);
        if (!AzureBlobName.IsContainer(container)) yield break;
        var client = service.GetBlobContainerClient(container);
        var pages = PagesAsync(
            container,
            next => client.GetBlobsByHierarchyAsync(
                new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/" }, cancellationToken)
                .AsPages(next),
            cancellationToken);
        await foreach (var item in pages)
        {
            if (item.IsPrefix && BlobName.IsValid($"{container}/{item.Prefix.TrimEnd('/')}"))
            {
                yield return item.Prefix[prefix.Length..^1];
            }
        }
    }

    public override async Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken)
    {
        var blob = Blob(AzureBlobName.Require(name));
        var found = await FindAsync(
            name, () => blob.GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken);
        return found is null
            ? null
            : Describe(name, found.ContentLength, found.ETag, found.LastModified, found.Metadata);
    }

    public override async Task<BlobContent?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        var blob = Blob(AzureBlobName.Require(name));
        var found = await FindAsync(
            name, () => blob.DownloadStreamingAsync(new BlobDownloadOptions(), cancellationToken), cancellationToken);
        if (found is null) return null;
        var details = found.Details;
        return new BlobContent(
            Describe(name, details.ContentLength, details.ETag, details.LastModified, details.Metadata),
            new AzureReadStream(blob, name, found, _retry));
    }

    public override async Task<byte[]?> ReadRangeAsync(
        string name, long offset, int length, CancellationToken cancellationToken)
    {
        var blob = Blob(AzureBlobName.Require(name));
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        // HTTP has no empty range.
        if (length == 0) return await GetPropertiesAsync(name, cancellationToken) is null ? null : [];
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length) };
        try
        {
            var found = await FindAsync(
                name, () => blob.DownloadContentAsync(options, cancellationToken), cancellationToken);
            return found?.Content.ToArray();
        }
        catch (IOException e) when (e.InnerException is RequestFailedException { Status: 416 })
        {
            return [];
        }
    }

    public override Task<WriteResult> WriteAsync(
        string name,
        Stream content,
        WriteCondition condition,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var target = AzureBlobName.Require(name);
        BlobMetadata.Require(metadata);
        if (metadata is not null && metadata.Keys.Any(IsOwn))
        {
            throw new ArgumentException(
                $"Metadata key '{AzureBlobWriter.IdKey}' is reserved.", nameof(metadata));
        }

        return new AzureBlobWriter(Container(target), target, condition, _retry).WriteAsync(
            content, metadata, cancellationToken);
    }

    public override Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var blob = Blob(AzureBlobName.Require(name));
        return _retry.RunAsync(
            name,
            async unsure =>
            {
                try
                {
                    await blob.DeleteAsync(
                        DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
                    return true;
                }
                catch (RequestFailedException e) when (e.Status == 404)
                {
                    // If an answer was lost, an earlier attempt of this call has most likely deleted the blob.
                    return unsure;
                }
            },
            cancellationToken);
    }

    public override Task<BlobLease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken)
    {
        var target = AzureBlobName.Require(name);
        var container = Container(target);
        var blob = container.GetBlobClient(Leases + target.Blob);

        // One id for all attempts: acquiring a lease again under its own id succeeds.
        var lease = blob.GetBlobLeaseClient(Guid.NewGuid().ToString());
        return _retry.RunAsync<BlobLease?>(
            name,
            async _ =>
            {
                while (true)
                {
                    var started = clock.GetTimestamp();
                    try
                    {
                        await lease.AcquireAsync(AzureBlobLease.Duration, cancellationToken: cancellationToken);
                        return new AzureBlobLease(lease, clock, started);
                    }
                    catch (RequestFailedException e) when (e.Says(BlobErrorCode.LeaseAlreadyPresent))
                    {
                        return null;
                    }
                    catch (RequestFailedException e) when (e.Status == 404)
                    {
                        await CreateAsync(container, blob, cancellationToken);
                    }
                }
            },
            cancellationToken);
    }

    private static async Task CreateAsync(
        BlobContainerClient container, BlobClient blob, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = AzureConditions.Of(WriteCondition.OnlyIfAbsent) };
        try
        {
            await AzureContainers.WithAsync(
                container, () => blob.UploadAsync(BinaryData.Empty, options, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Another client has created the blob, and may have leased it.
        }
    }

    private async IAsyncEnumerable<BlobProperties> ListContainersAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var pages = PagesAsync(
            Location,
            next => service.GetBlobContainersAsync(prefix: prefix, cancellationToken: cancellationToken).AsPages(next),
            cancellationToken);
        await foreach (var container in pages) names.Add(container.Name);

        // In the order of blob names: 'a-b/' comes before 'a/'.
        foreach (var name in names.OrderBy(n => n + "/", StringComparer.Ordinal))
        {
            await foreach (var blob in ListBlobsAsync(name, "", cancellationToken)) yield return blob;
        }
    }

    private async IAsyncEnumerable<BlobProperties> ListBlobsAsync(
        string container, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!AzureBlobName.IsContainer(container)) yield break;
        var client = service.GetBlobContainerClient(container);
        var pages = PagesAsync(
            container,
            next => client.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).AsPages(next),
            cancellationToken);
        await foreach (var blob in pages)
        {
            var name = $"{container}/{blob.Name}";
            if (!BlobName.IsValid(name)) continue;
            var found = blob.Properties;
            yield return Describe(
                name, found.ContentLength ?? 0, found.ETag ?? default, found.LastModified ?? default, metadata: null);
        }
    }

    /// <summary>Lists all items, holding one page in memory. Empty if the container is missing.</summary>
    private async IAsyncEnumerable<T> PagesAsync<T>(
        string subject,
        Func<string?, IAsyncEnumerable<Page<T>>> pagesFrom,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var from = next;
            var page = await _retry.RunAsync(
                subject,
                async _ =>
                {
                    try
                    {
                        await foreach (var first in pagesFrom(from).WithCancellation(cancellationToken)) return first;
                        return null;
                    }
                    catch (RequestFailedException e) when (AzureContainers.IsMissing(e))
                    {
                        return null;
                    }
                },
                cancellationToken);
            foreach (var item in page?.Values ?? []) yield return item;
            next = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>Sends a request; null if there is no such blob.</summary>
    private Task<T?> FindAsync<T>(string name, Func<Task<Response<T>>> send, CancellationToken cancellationToken)
        where T : class => _retry.RunAsync(
        name,
        async _ =>
        {
            try
            {
                return (await send()).Value;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        },
        cancellationToken);

    private BlobContainerClient Container(AzureBlobName name) => service.GetBlobContainerClient(name.Container);

    private BlobClient Blob(AzureBlobName name) => Container(name).GetBlobClient(name.Blob);

    private static bool IsOwn(string key) => key.Equals(AzureBlobWriter.IdKey, StringComparison.OrdinalIgnoreCase);

    private static BlobProperties Describe(
        string name, long length, ETag etag, DateTimeOffset modified, IDictionary<string, string>? metadata) => new(
        name,
        length,
        AzureConditions.Text(etag),
        modified,
        metadata is null
            ? BlobMetadata.Empty
            : metadata.Where(m => !IsOwn(m.Key)).ToDictionary(m => m.Key, m => m.Value));
}
