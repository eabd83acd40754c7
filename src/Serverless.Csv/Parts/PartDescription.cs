using System.Text.Json;
using Serverless.Csv.Text;

namespace Serverless.Csv.Parts;

/// <summary>
/// What a reader of a part must know to understand it as the source was understood: JSON in the Parquet file's
/// key-value metadata, at <see cref="Key"/>.
/// </summary>
/// <param name="Columns">In the order of the file's columns.</param>
public sealed record PartDescription(IReadOnlyList<PartColumn> Columns)
{
    public const string Key = "serverless.part";

    private const int Newest = 1;

    /// <summary>Of this description; a higher one than is known is refused.</summary>
    public int Version { get; init; } = Newest;

    public string ToJson() => JsonSerializer.Serialize(this, PartJson.Default.PartDescription);

    /// <param name="names">The columns of the Parquet file.</param>
    /// <exception cref="UnreadableTextException">It is none, of a later version, or of other columns.</exception>
    public static PartDescription Read(string json, IReadOnlyList<string> names)
    {
        try
        {
            var part = JsonSerializer.Deserialize(json, PartJson.Default.PartDescription);
            if (part is { Version: Newest, Columns: { } columns } && columns.Select(c => c.Name).SequenceEqual(names))
            {
                return part;
            }

            throw Unreadable(part?.Version > Newest
                ? $"version {part.Version}; update this program"
                : "other columns than the file has");
        }
        catch (JsonException e)
        {
            throw Unreadable(e.Message);
        }

        static UnreadableTextException Unreadable(string found) => new(new CsvDamage(
            CsvDamage.DamagedParquet, $"a description of its columns at {Key}, of version {Newest}", found));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PartDescription))]
internal sealed partial class PartJson : JsonSerializerContext;
