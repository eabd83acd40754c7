using Serverless.Azure;
using Serverless.Core.Storage;
using Serverless.Local.Hosting;

namespace Serverless.Local;

/// <summary>
/// The store that <c>--store</c> means: a folder, or a storage account by its connection string or address.
/// </summary>
internal static class LocalStore
{
    /// <exception cref="HostStartException">It is meant to be an account, and cannot be one.</exception>
    public static BlobStore Open(string store, TimeProvider clock)
    {
        try
        {
            return AzureStoreSettings.TryParse(store, "--store") is { } account
                ? new AzureBlobStore(account.CreateClient(), clock)
                : new FolderBlobStore(store, clock);
        }
        catch (StoreSettingsException e)
        {
            throw new HostStartException(e.Message, e);
        }
    }

    /// <summary>A command line that drops a data set; for people.</summary>
    /// <param name="given">What the store was opened from.</param>
    public static string DropCommand(BlobStore store, string given) => store switch
    {
        FolderBlobStore folder =>
            $"cp your.csv {Path.Combine(folder.Root, BlobPaths.Datasets, "your-model", "your.csv")}   (make the "
            + "folder first)",
        _ when given.StartsWith("https://", StringComparison.OrdinalIgnoreCase) =>
            "az storage blob upload --auth-mode login --blob-url "
            + $"{store.Location.TrimEnd('/')}/{BlobPaths.Datasets}/your-model/your.csv -f your.csv",
        // Not the connection string itself, which is a secret.
        _ => $"az storage blob upload --connection-string \"$STORE\" -c {BlobPaths.Datasets} -n your-model/your.csv "
            + "-f your.csv"
            + $"   (to {store.Location}; make the container first)",
    };
}
