using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Data;

/// <summary>
/// <c>data/{model}/versions/{n}.json</c>: the rows that a model has to learn from at one time. Written once; the next
/// change makes the next version.
/// </summary>
public sealed record DataVersion
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What changed since the version before, in one sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>SHA-256 of what the parts hold, whatever the files' names and the order in which they came.</summary>
    public required string Content { get; init; }

    /// <summary>One for each dropped file, by name.</summary>
    public required IReadOnlyList<DataPart> Parts { get; init; }

    public static string ContentOf(IEnumerable<DataPart> parts)
    {
        var hashes = parts.Where(p => p.Refused is null).Select(p => p.SourceHash).Distinct()
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes))));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DataVersion))]
[JsonSerializable(typeof(PartReport))]
internal sealed partial class DataJson : JsonSerializerContext
{
    public static DataJson Readable => field ??= new DataJson(ReadableJson.Of(Default));
}
