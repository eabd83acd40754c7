using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>
/// Stores metadata beside the blobs, one file per blob and ETag. It belongs to exactly one content: a file copied over
/// a blob by a user has another ETag, and no metadata.
/// </summary>
internal sealed class FolderMetadata(string folder)
{
    /// <summary>Null if this version of the blob has none.</summary>
    /// <exception cref="InvalidDataException">
    /// The file was changed by hand and is not a JSON object of strings.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, string>?> ReadAsync(
        string name, string etag, CancellationToken cancellationToken)
    {
        var path = PathOf(name, etag);
        if (!File.Exists(path)) return null;
        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return await JsonSerializer.DeserializeAsync(
                file, StorageJson.Default.DictionaryStringString, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The metadata of blob '{name}' in {path} is not readable: {e.Message}", e);
        }
    }

    public async Task WriteAsync(
        string name, string etag, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        if (metadata is not { Count: > 0 }) return;
        Directory.CreateDirectory(FolderOf(name));
        await using var file = new FileStream(
            PathOf(name, etag), FileMode.Create, FileAccess.Write, FileShare.None);
        await JsonSerializer.SerializeAsync(
            file,
            new Dictionary<string, string>(metadata),
            StorageJson.Default.DictionaryStringString,
            cancellationToken);
        await file.FlushAsync(cancellationToken);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }

    /// <summary>Removes the metadata of versions other than <paramref name="etag"/>; null removes all.</summary>
    public void RemoveAllBut(string? etag, string name)
    {
        if (!Directory.Exists(FolderOf(name))) return;
        foreach (var path in Directory.EnumerateFiles(FolderOf(name), "*.json"))
        {
            if (Path.GetFileNameWithoutExtension(path) != etag) File.Delete(path);
        }
    }

    private string FolderOf(string name) => Path.Combine(folder, name);

    private string PathOf(string name, string etag) => Path.Combine(folder, name, etag + ".json");
}
