using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Azure;

/// <summary>Containers are made when something is first put into them; one that is missing holds nothing.</summary>
internal static class AzureContainers
{
    public static bool IsMissing(RequestFailedException e) => e.Says(BlobErrorCode.ContainerNotFound);

    /// <summary>Sends the request; where the container is missing, makes it and sends it again.</summary>
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
