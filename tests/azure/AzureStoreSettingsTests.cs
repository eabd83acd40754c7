using Microsoft.Extensions.Configuration;
using Serverless.Storage;

namespace Serverless.Azure.Tests;

public sealed class AzureStoreSettingsTests
{
    private const string Connection = "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";

    [Theory]
    [InlineData("Storage", Connection, "https://mine.blob.core.windows.net/")]
    [InlineData("Storage", "UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1")]
    [InlineData("Storage", "BlobEndpoint=https://mine.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=c2VjcmV0", "https://mine.blob.core.windows.net/")]
    [InlineData("Storage:blobServiceUri", "https://mine.blob.core.windows.net", "https://mine.blob.core.windows.net/")]
    [InlineData("Storage:accountName", "mine", "https://mine.blob.core.windows.net/")]
    public void The_account_is_found_as_the_Functions_host_finds_it(string key, string value, string location)
    {
        var store = Open(Read((key, value)));
        Assert.Equal(location, store.Location);
        Assert.DoesNotContain("c2VjcmV0", store.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("11111111-2222-3333-4444-555555555555")]
    public void A_managed_identity_can_be_the_only_credential(string? clientId)
    {
        var settings = Read(
            ("Storage:accountName", "mine"), ("Storage:credential", "managedidentity"), ("Storage:clientId", clientId));
        Assert.Equal("https://mine.blob.core.windows.net/", Open(settings).Location);
    }

    [Theory]
    [InlineData("Storage: expected a connection string, or one of Storage__blobServiceUri and Storage__accountName; found none")]
    [InlineData("found more than one", "Storage", Connection, "Storage:accountName", "mine")]
    [InlineData("Storage: expected a storage connection string", "Storage", "AccountKey=c2VjcmV0")]
    [InlineData("Storage: expected a storage connection string", "Storage", "c2VjcmV0")]
    [InlineData("Storage__blobServiceUri: expected an address", "Storage:blobServiceUri", "http://mine.blob.core.windows.net")]
    [InlineData("Storage__blobServiceUri: expected an address", "Storage:blobServiceUri", "https://mine.blob.core.windows.net/?sig=c2VjcmV0")]
    [InlineData("Storage__accountName: expected 3 to 24", "Storage:accountName", "evil.example/x")]
    [InlineData("Storage__credential: expected managedidentity, or nothing; found 'magic'", "Storage:accountName", "mine", "Storage:credential", "magic")]
    public void A_wrong_setting_is_told_with_its_name_and_what_was_expected(string message, params string[] settings)
    {
        var error = Assert.Throws<StoreSettingsException>(
            () => Read([.. settings.Chunk(2).Select(pair => (pair[0], (string?)pair[1]))]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("/data/My=Store")]
    [InlineData(@"C:\store")]
    [InlineData("./UseDevelopmentStorage=true")]
    public void A_folder_is_no_account(string text) => Assert.Null(AzureStoreSettings.TryParse(text, "--store"));

    private static AzureStoreSettings Read(params (string Key, string? Value)[] settings) => AzureStoreSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value)).Build());

    private static AzureBlobStore Open(AzureStoreSettings settings) => new(settings.CreateClient(), TimeProvider.System);
}
