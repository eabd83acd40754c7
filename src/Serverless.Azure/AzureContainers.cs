using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Azure;

/// <summary>Creates containers on the first write; a missing container counts as empty.</summary>
internal static class AzureContainers
{
    public static bool IsMissing(RequestFailedException e) => e.Says(BlobErrorCode.ContainerNotFound);

    /// <summary>Sends the request; if the container is missing, creates it and sends the request again.</summary>
    public static async Task<T> WithAsync<T>(
        BlobContainerClient container, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send();
        }
        catch (RequestFailedException e) when (IsMissing(e))
        {
            await container.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: cancellationToken);
            return await send();
        }
    }
}
