using System.Buffers.Binary;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Learning.Models;

public static partial class ModelFile
{
    /// <summary>Bytes at the file's beginning that tell <see cref="DescriptionLength"/>.</summary>
    public static int DescriptionHeader => HeaderLength + (2 * EntryLength);

    /// <returns>How many bytes of the file hold signature and profile, with all that comes before them.</returns>
    /// <exception cref="ModelFileException">It is no model file of this format.</exception>
    public static int DescriptionLength(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length < DescriptionHeader || !beginning.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(beginning[8..]) != FormatVersion)
        {
            throw new ModelFileException($"Expected a model file of format version {FormatVersion}.");
        }

        var length = (long)HeaderLength + (EntryLength * Tags.Length) + SectionLength(beginning, 0) + SectionLength(beginning, 1);
        return length is > 0 and <= int.MaxValue ? (int)length : throw new ModelFileException($"Expected sections inside the file, found {length} bytes.");
    }

    /// <summary>
    /// Reads what a model takes, without its scorer, which may be a thousand times larger. The checksum, which needs the
    /// whole file, is not looked at: not for answering predictions.
    /// </summary>
    /// <param name="beginning">As many bytes as <see cref="DescriptionLength"/> says.</param>
    /// <exception cref="ModelFileException">The file is truncated or altered.</exception>
    public static (Signature Signature, ReferenceProfile Profile) ReadDescription(ReadOnlyMemory<byte> beginning)
    {
        if (DescriptionLength(beginning.Span) is var length && length != beginning.Length)
        {
            throw new ModelFileException($"Expected {length} bytes, found {beginning.Length}: the file is truncated.");
        }

        var sections = beginning[(HeaderLength + (EntryLength * Tags.Length))..];
        var signature = SectionLength(beginning.Span, 0);
        return (
            FromJson(sections[..signature], DescriptionJson.Signature),
            FromJson(sections[signature..], DescriptionJson.Profile));
    }

    private static int SectionLength(ReadOnlySpan<byte> file, int section)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(file[(HeaderLength + (EntryLength * section) + 4)..]);
        return length >= 0 ? length : throw new ModelFileException($"Expected a section's length, found {length}.");
    }
}
