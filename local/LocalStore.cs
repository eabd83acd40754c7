using Serverless.Azure;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local;

/// <summary>
/// Opens the store that <c>--store</c> names: a folder, or a storage account by its connection string or address.
/// </summary>
internal static class LocalStore
{
    /// <exception cref="HostStartException">The connection string or address of an account is invalid.</exception>
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

    /// <summary>An example of a shell command that uploads a data set.</summary>
    /// <param name="given">The value of <c>--store</c>.</param>
    public static string DropCommand(BlobStore store, string given) => store switch
    {
        FolderBlobStore folder =>
            $"cp your.csv {Path.Combine(folder.Root, BlobPaths.Datasets, "your-model", "your.csv")}   (make the "
            + "folder first)",
        _ when given.StartsWith("https://", StringComparison.OrdinalIgnoreCase) =>
            "az storage blob upload --auth-mode login --blob-url "
            + $"{store.Location.TrimEnd('/')}/{BlobPaths.Datasets}/your-model/your.csv -f your.csv",
        // $STORE stands for the connection string, which is a secret.
        _ => $"az storage blob upload --connection-string \"$STORE\" -c {BlobPaths.Datasets} -n your-model/your.csv "
            + "-f your.csv"
            + $"   (to {store.Location}; make the container first)",
    };
}
