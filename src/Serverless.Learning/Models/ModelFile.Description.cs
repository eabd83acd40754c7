using System.Buffers.Binary;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

namespace Serverless.Learning.Models;

public static partial class ModelFile
{
    /// <summary>Number of leading bytes that <see cref="DescriptionLength"/> needs.</summary>
    public static int DescriptionHeader => HeaderLength + (2 * EntryLength);

    /// <returns>Number of leading bytes that include signature and profile.</returns>
    /// <exception cref="ModelFileException">The bytes are not a model file of this format.</exception>
    public static int DescriptionLength(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length < DescriptionHeader || !beginning.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(beginning[8..]) != FormatVersion)
        {
            throw new ModelFileException($"Expected a model file of format version {FormatVersion}.");
        }

        var length = (long)HeaderLength + (EntryLength * Tags.Length) + SectionLength(beginning, 0)
            + SectionLength(beginning, 1);
        return length is > 0 and <= int.MaxValue
            ? (int)length
            : throw new ModelFileException($"Expected sections inside the file, found {length} bytes.");
    }

    /// <summary>
    /// Reads a model's signature and profile without its scorer, which may be a thousand times larger. Does not verify
    /// the checksum, which needs the whole file; not for answering predictions.
    /// </summary>
    /// <param name="beginning">The first <see cref="DescriptionLength"/> bytes of the file.</param>
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
