using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Serverless.Core;

namespace Serverless.Azure;

/// <summary>
/// Settings of a storage account, with the names that the Functions host reads: <c>DataStorage</c> is a connection
/// string; or <c>DataStorage__blobServiceUri</c> or <c>DataStorage__accountName</c> name an account for access by an
/// identity, with <c>DataStorage__clientId</c> for a user-assigned identity and
/// <c>DataStorage__credential=managedidentity</c> to try no other kind.
/// </summary>
/// <remarks>No message contains a connection string.</remarks>
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
    /// <exception cref="StoreSettingsException">A setting is missing or invalid.</exception>
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
    /// Parses a connection string, or the address of an account for access by an identity. Null if the text is neither,
    /// and thus a folder.
    /// </summary>
    /// <exception cref="StoreSettingsException">The connection string or address is invalid.</exception>
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

    /// <summary>Creates a client without retries, for <see cref="AzureBlobStore"/>, which has its own.</summary>
    /// <param name="options">Lets tests replace the transport.</param>
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
            // Validates the string now, not at the first request.
            _ = new BlobServiceClient(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new StoreSettingsException(
                setting, "a storage connection string", $"an invalid one: {e.Message}");
        }

        return new AzureStoreSettings(options => new BlobServiceClient(text, options));
    }

    private static AzureStoreSettings FromUri(string text, string setting, TokenCredential credential)
    {
        // Only https: a token must not be sent unencrypted.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps
            || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new StoreSettingsException(
                setting,
                "an address such as https://account.blob.core.windows.net, without a query",
                "another text; to use a signature, pass a connection string");
        }

        return new AzureStoreSettings(options => new BlobServiceClient(uri, credential, options));
    }

    private static DefaultAzureCredential Default(string? clientId) =>
        new(new DefaultAzureCredentialOptions
        {
            ManagedIdentityClientId = string.IsNullOrEmpty(clientId) ? null : clientId,
        });
}

/// <summary>A setting for the store is missing or invalid. The message contains no secret.</summary>
public sealed class StoreSettingsException(string setting, string expected, string found)
    : Exception($"{setting}: expected {expected}; found {found}.");
