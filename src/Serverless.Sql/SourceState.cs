using System.Globalization;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Sql;

/// <summary>How far a model's source was pulled: the content of <c>monitoring/{model}/source.json</c>.</summary>
/// <param name="Pulls">Number of files that landed, which is the number of the newest.</param>
/// <param name="Watermark">Of the newest file; null if that has all rows, or if there is none.</param>
/// <param name="Newest">The newest file.</param>
/// <param name="AttemptedAt">When a pull was last tried.</param>
/// <param name="Failure">Why that failed; null if it did not.</param>
internal sealed record SourceState(
    int Pulls, Watermark? Watermark, LandedFile? Newest, DateTimeOffset? AttemptedAt, string? Failure)
{
    public static SourceState None { get; } = new(0, null, null, null, null);
}

/// <summary>
/// Keeps the state of a model's source. A landed file holds in its metadata all that the state says of it, and its
/// number is the next after the state's, so a file whose process ended before it saved the state is found and counted:
/// writing the file, which happens whole or not at all, is what makes its rows pulled.
/// </summary>
internal sealed class SourceStates(BlobStore store, string model)
{
    private const int MaxBytes = 1 << 20;

    private readonly string _name = BlobPaths.SourceState(model);
    private string? _eTag;

    /// <summary>Why no file can land, as found by <see cref="ReadAsync"/>; null if one can.</summary>
    public string? Obstacle { get; private set; }

    /// <exception cref="InvalidDataException">The blob was changed by hand and cannot be read.</exception>
    public async Task<SourceState> ReadAsync(CancellationToken cancellationToken)
    {
        var state = SourceState.None;
        if (await store.ReadAllAsync(_name, MaxBytes, cancellationToken) is var (bytes, eTag))
        {
            _eTag = eTag;
            state = Parse(bytes);
        }

        while (await FindNextAsync(state, cancellationToken) is { } next) state = next;
        return state;
    }

    /// <returns>False if another process has saved a state since this one was read.</returns>
    public async Task<bool> SaveAsync(SourceState state, CancellationToken cancellationToken)
    {
        var condition = _eTag is null ? WriteCondition.OnlyIfAbsent : WriteCondition.OnlyIfMatches(_eTag);
        var json = JsonSerializer.SerializeToUtf8Bytes(state, SourceJson.Readable.SourceState);
        var result = await store.WriteAsync(_name, json, condition, cancellationToken);
        _eTag = result.ETag ?? _eTag;
        return result.Written;
    }

    /// <returns>The state with the new file; null if another process has written one of that number.</returns>
    public async Task<SourceState?> LandAsync(
        SourceState state, PulledRows rows, Watermark? watermark, CancellationToken cancellationToken)
    {
        var name = BlobPaths.SourceFile(model, state.Pulls + 1);
        var metadata = new Dictionary<string, string>
        {
            ["rows"] = rows.Count.ToString(CultureInfo.InvariantCulture),
            ["sha256"] = rows.Sha256,
        };
        if (watermark is not null)
        {
            // Metadata is ASCII.
            metadata["watermark"] = Uri.EscapeDataString(watermark.Value);
            metadata["watermarktype"] = Uri.EscapeDataString(watermark.Type);
            metadata["watermarkcolumn"] = Uri.EscapeDataString(watermark.Column);
        }

        var written = await store.WriteAsync(
            name, rows.Content, WriteCondition.OnlyIfAbsent, metadata, cancellationToken);
        return written.Written ? After(state, metadata) : null;
    }

    private async Task<SourceState?> FindNextAsync(SourceState state, CancellationToken cancellationToken)
    {
        var name = BlobPaths.SourceFile(model, state.Pulls + 1);
        if (await store.GetPropertiesAsync(name, cancellationToken) is not { } file) return null;
        if (file.Metadata.ContainsKey("sha256")) return After(state, file.Metadata);
        Obstacle = $"{name} was not written by a pull, and stands where the next one writes. Move it to another name.";
        return null;
    }

    private SourceState After(SourceState state, IReadOnlyDictionary<string, string> metadata)
    {
        var name = BlobPaths.SourceFile(model, state.Pulls + 1);
        return state with
        {
            Pulls = state.Pulls + 1,
            Watermark = metadata.TryGetValue("watermark", out var value)
                ? new Watermark(
                    Uri.UnescapeDataString(metadata["watermarkcolumn"]),
                    Uri.UnescapeDataString(metadata["watermarktype"]),
                    Uri.UnescapeDataString(value))
                : null,
            Newest = new LandedFile(
                name[BlobPaths.DatasetsOf(model).Length..],
                long.Parse(metadata["rows"], CultureInfo.InvariantCulture),
                metadata["sha256"]),
        };
    }

    private SourceState Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, SourceJson.Readable.SourceState)
                ?? throw new InvalidDataException($"{_name} cannot be read: expected an object, found null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{_name} was changed by hand and cannot be read: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceState))]
internal sealed partial class SourceJson : JsonSerializerContext
{
    public static SourceJson Readable => field ??= new SourceJson(ReadableJson.Of(Default));
}
