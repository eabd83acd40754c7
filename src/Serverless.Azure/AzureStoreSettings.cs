using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Serverless.Core;

namespace Serverless.Azure;

/// <summary>
/// How to reach a storage account, from the settings that the Functions host itself reads: <c>DataStorage</c> holds a
/// connection string, or <c>DataStorage__blobServiceUri</c> or <c>DataStorage__accountName</c> name an account that an
/// identity
/// may use, with <c>DataStorage__clientId</c> for a user-assigned one and
/// <c>DataStorage__credential=managedidentity</c> to try
/// no other kind.
/// </summary>
/// <remarks>Nothing here, no message and no address, shows a connection string.</remarks>
public sealed class AzureStoreSettings
{
    private static readonly string[] ConnectionKeys =
    [
        "UseDevelopmentStorage", "DefaultEndpointsProtocol", "AccountName", "AccountKey", "BlobEndpoint",
        "SharedAccessSignature", "EndpointSuffix",
    ];

    private readonly Func<BlobClientOptions, BlobServiceClient> _create;

    private AzureStoreSettings(Func<BlobClientOptions, BlobServiceClient> create) => _create = create;

    /// <param name="name">The connection's name, as in the <c>Connection</c> of a trigger.</param>
    /// <exception cref="StoreSettingsException">Names the setting, what was expected and what was found.</exception>
    public static AzureStoreSettings Read(IConfiguration configuration, string name = SettingNames.Storage)
    {
        var (uri, account, connection) = (Value("blobServiceUri"), Value("accountName"), configuration[name]);
        var found = new[] { uri, account, connection }.Count(v => !string.IsNullOrEmpty(v));
        if (found != 1)
        {
            throw new StoreSettingsException(
                name,
                $"a connection string, or one of {name}__blobServiceUri and {name}__accountName",
                found == 0 ? "none of them" : "more than one of them");
        }

        if (!string.IsNullOrEmpty(connection)) return FromConnectionString(connection, name);
        var credential = Credential();
        if (!string.IsNullOrEmpty(uri)) return FromUri(uri, $"{name}__blobServiceUri", credential);
        return account is { Length: >= 3 and <= 24 }
            && account.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            ? FromUri($"https://{account}.blob.core.windows.net", $"{name}__accountName", credential)
            : throw new StoreSettingsException(
                $"{name}__accountName", "3 to 24 lower-case letters and digits", $"'{account}'");

        string? Value(string part) => configuration[$"{name}:{part}"];

        TokenCredential Credential() => (Value("credential"), Value("clientId")) switch
        {
            (null or "", var client) => Default(client),
            ("managedidentity", null or "") => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
            ("managedidentity", var client) => new ManagedIdentityCredential(
                ManagedIdentityId.FromUserAssignedClientId(client)),
            (var other, _) => throw new StoreSettingsException(
                $"{name}__credential", "managedidentity, or nothing", $"'{other}'"),
        };
    }

    /// <summary>
    /// The settings for what a person gives in one word: a connection string, or the address of an account for an
    /// identity. Null where it is neither, and so a folder.
    /// </summary>
    /// <exception cref="StoreSettingsException">It is one of them, and not a good one.</exception>
    public static AzureStoreSettings? TryParse(string text, string setting)
    {
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return FromUri(text, setting, Default(clientId: null));
        }

        var key = text.Split('=', 2) is [var first, _] ? first.Trim() : null;
        return ConnectionKeys.Contains(key, StringComparer.OrdinalIgnoreCase)
            ? FromConnectionString(text, setting)
            : null;
    }

    /// <summary>A client for <see cref="AzureBlobStore"/>, which does the retries itself.</summary>
    /// <param name="options">For tests: another transport.</param>
    public BlobServiceClient CreateClient(BlobClientOptions? options = null)
    {
        options ??= new BlobClientOptions();
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(60);
        return _create(options);
    }

    private static AzureStoreSettings FromConnectionString(string text, string setting)
    {
        try
        {
            // Only to find what is wrong with it, now and not at the first request.
            _ = new BlobServiceClient(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new StoreSettingsException(
                setting, "a storage connection string", $"one that cannot be read: {e.Message}");
        }

        return new AzureStoreSettings(options => new BlobServiceClient(text, options));
    }

    private static AzureStoreSettings FromUri(string text, string setting, TokenCredential credential)
    {
        // A token must not go over a line that others can read.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps
            || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new StoreSettingsException(
                setting,
                "an address such as https://account.blob.core.windows.net, without a query",
                "something else; an account with a signature goes into a connection string");
        }

        return new AzureStoreSettings(options => new BlobServiceClient(uri, credential, options));
    }

    private static DefaultAzureCredential Default(string? clientId) =>
        new(new DefaultAzureCredentialOptions
        {
            ManagedIdentityClientId = string.IsNullOrEmpty(clientId)
            ? null
            : clientId
        });
}

/// <summary>A setting for the store is missing or wrong. The message never shows a secret.</summary>
public sealed class StoreSettingsException(string setting, string expected, string found)
    : Exception($"{setting}: expected {expected}; found {found}.");
