using Microsoft.Extensions.Configuration;

namespace Serverless.Azure.Tests;

public sealed class AzureStoreSettingsTests
{
    private const string Connection =
        "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";

    [Theory]
    [InlineData("DataStorage", Connection, "https://mine.blob.core.windows.net/")]
    [InlineData("DataStorage", "UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1")]
    [InlineData(
        "DataStorage",
        "BlobEndpoint=https://mine.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=c2VjcmV0",
        "https://mine.blob.core.windows.net/")]
    [InlineData(
        "DataStorage:blobServiceUri", "https://mine.blob.core.windows.net", "https://mine.blob.core.windows.net/")]
    [InlineData("DataStorage:accountName", "mine", "https://mine.blob.core.windows.net/")]
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
            ("DataStorage:accountName", "mine"),
            ("DataStorage:credential", "managedidentity"),
            ("DataStorage:clientId", clientId));
        Assert.Equal("https://mine.blob.core.windows.net/", Open(settings).Location);
    }

    [Theory]
    [InlineData("DataStorage: expected a connection string, or one of DataStorage__blobServiceUri and "
        + "DataStorage__accountName; found none")]
    [InlineData("found more than one", "DataStorage", Connection, "DataStorage:accountName", "mine")]
    [InlineData("DataStorage: expected a storage connection string", "DataStorage", "AccountKey=c2VjcmV0")]
    [InlineData("DataStorage: expected a storage connection string", "DataStorage", "c2VjcmV0")]
    [InlineData(
        "DataStorage__blobServiceUri: expected an address",
        "DataStorage:blobServiceUri",
        "http://mine.blob.core.windows.net")]
    [InlineData(
        "DataStorage__blobServiceUri: expected an address",
        "DataStorage:blobServiceUri",
        "https://mine.blob.core.windows.net/?sig=c2VjcmV0")]
    [InlineData("DataStorage__accountName: expected 3 to 24", "DataStorage:accountName", "evil.example/x")]
    [InlineData(
        "DataStorage__credential: expected managedidentity, or nothing; found 'magic'",
        "DataStorage:accountName",
        "mine",
        "DataStorage:credential",
        "magic")]
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

    private static AzureBlobStore Open(AzureStoreSettings settings) =>
        new(settings.CreateClient(), TimeProvider.System);
}
