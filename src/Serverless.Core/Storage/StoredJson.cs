using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Core.Storage;

/// <summary>Small blobs that the product itself wrote as JSON.</summary>
internal static class StoredJson
{
    /// <summary>Null where there is none.</summary>
    /// <exception cref="InvalidDataException">
    /// It is larger than <paramref name="maximumBytes"/>, or not what was written: says which blob, and where.
    /// </exception>
    public static async Task<T?> ReadJsonAsync<T>(
        this BlobStore store, string name, long maximumBytes, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (await store.ReadAllAsync(name, maximumBytes, cancellationToken) is not var (bytes, _)) return null;
        return Parse(name, () => JsonSerializer.Deserialize(bytes, type));
    }

    /// <exception cref="InvalidDataException">It is not what was written: says which blob, and where.</exception>
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
                $"{name} cannot be read; somebody else than the product wrote it: {e.Message}", e);
        }
    }
}
