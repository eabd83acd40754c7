using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Core.Storage;

/// <summary>Reads small JSON blobs written by the product.</summary>
internal static class StoredJson
{
    /// <summary>Null if the blob does not exist.</summary>
    /// <exception cref="InvalidDataException">
    /// The blob is larger than <paramref name="maxBytes"/>, or invalid; the message names the blob and the position.
    /// </exception>
    public static async Task<T?> ReadJsonAsync<T>(
        this BlobStore store, string name, long maxBytes, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (await store.ReadAllAsync(name, maxBytes, cancellationToken) is not var (bytes, _)) return null;
        return Parse(name, () => JsonSerializer.Deserialize(bytes, type));
    }

    /// <summary>Replaces the blob.</summary>
    public static Task WriteJsonAsync<T>(
        this BlobStore store, string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        store.WriteAsync(
            name, JsonSerializer.SerializeToUtf8Bytes(value, type), WriteCondition.Always, cancellationToken);

    /// <exception cref="InvalidDataException">
    /// The blob is invalid; the message names the blob and the position.
    /// </exception>
    public static T Parse<T>(string name, Func<T?> parse)
        where T : class
    {
        try
        {
            return parse()
                ?? throw new InvalidDataException($"{name} cannot be read: expected a JSON object, found null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{name} cannot be read; it was not written by this product: {e.Message}", e);
        }
    }
}
