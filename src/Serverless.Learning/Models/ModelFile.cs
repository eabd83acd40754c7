using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Models;

/// <summary>
/// <c>model.bin</c>: everything that serving and monitoring need of a version. Little-endian: magic, format version,
/// number of sections, length of the file; tag and length of each section; the sections; SHA-256 of everything before
/// it.
/// </summary>
public static partial class ModelFile
{
    private const int FormatVersion = 2;
    private const int HeaderLength = 24;
    private const int EntryLength = 8;

    private static ReadOnlySpan<byte> Magic => "SVLMODEL"u8;

    private static readonly string[] Tags = ["SIGN", "PROF", "CALI", "SCOR"];

    /// <returns>The file; the same bytes for the same model.</returns>
    public static byte[] Write(Signature signature, ReferenceProfile profile, Scorer scorer)
    {
        using MemoryStream payload = new(), calibrator = new();
        using (var writer = new BinaryWriter(payload, Encoding.UTF8, leaveOpen: true)) writer.Write(scorer.Trainer);
        scorer.Save(payload);
        (scorer as CalibratedScorer)?.Calibrator.Save(calibrator);
        byte[][] sections =
        [
            JsonSerializer.SerializeToUtf8Bytes(signature, ModelFileJson.Default.Signature),
            JsonSerializer.SerializeToUtf8Bytes(profile, ModelFileJson.Default.ReferenceProfile),
            calibrator.ToArray(),
            payload.ToArray(),
        ];

        var start = HeaderLength + (EntryLength * sections.Length);
        var file = new byte[start + sections.Sum(s => s.Length) + SHA256.HashSizeInBytes];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(12), sections.Length);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(16), file.Length);
        foreach (var (i, section) in sections.Index())
        {
            var entry = file.AsSpan(HeaderLength + (EntryLength * i), EntryLength);
            Encoding.ASCII.GetBytes(Tags[i], entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], section.Length);
            section.CopyTo(file, start);
            start += section.Length;
        }

        SHA256.HashData(file.AsSpan(0, start), file.AsSpan(start));
        return file;
    }

    /// <param name="trainers">Candidate trainers of the scorer; each loads its own.</param>
    /// <exception cref="ModelFileException">
    /// The file is truncated, altered, of a newer format or of an unknown trainer.
    /// </exception>
    public static LoadedModel Read(ReadOnlyMemory<byte> file, IReadOnlyList<ITrainer> trainers)
    {
        VerifyBytes(file.Span);
        var sections = Sections(file);
        var signature = FromJson(sections[0], DescriptionJson.Signature);
        var profile = FromJson(sections[1], DescriptionJson.Profile);
        var calibrator = ReadCalibrator(sections[2].Span, signature.Task);
        var scorer = ReadScorer(sections[3], trainers);
        var outputs = signature.Task == ModelTask.Multiclass ? signature.Classes.Count : 1;
        if (scorer.OutputCount != outputs)
        {
            throw new ModelFileException(
                $"Expected a scorer of {outputs} outputs, as the signature has it, found {scorer.OutputCount}.");
        }

        return new LoadedModel(
            signature, profile, calibrator is null ? scorer : new CalibratedScorer(scorer, calibrator), Hash(file.Span))
        {
            FileBytes = file.Length,
        };
    }

    /// <summary>SHA-256 of a whole file, lower-case hex: <c>modelHash</c> of a manifest.</summary>
    public static string Hash(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static void VerifyBytes(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, Magic.Length)];
        if (!Magic.StartsWith(start))
        {
            throw new ModelFileException(
                $"Expected a model file, which begins with {Convert.ToHexString(Magic)}, "
                + $"found {Convert.ToHexString(start)}.");
        }

        var shortest = HeaderLength + SHA256.HashSizeInBytes;
        if (file.Length < shortest)
        {
            throw new ModelFileException(
                $"Expected at least {shortest} bytes, found {file.Length}: the file is truncated.");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
        if (version != FormatVersion)
        {
            throw new ModelFileException(
                $"Expected format version {FormatVersion}, found {version}: "
                + "another build wrote the file, or it was altered.");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(file[16..]);
        if (length != file.Length)
        {
            var what = file.Length < length ? "truncated" : "altered";
            throw new ModelFileException($"Expected {length} bytes, found {file.Length}: the file is {what}.");
        }

        var expected = file[^SHA256.HashSizeInBytes..];
        var found = SHA256.HashData(file[..^SHA256.HashSizeInBytes]);
        if (!expected.SequenceEqual(found))
        {
            throw new ModelFileException(
                $"Expected SHA-256 {Convert.ToHexStringLower(expected)}, found {Convert.ToHexStringLower(found)}: "
                + "the file was altered.");
        }
    }

    private static ReadOnlyMemory<byte>[] Sections(ReadOnlyMemory<byte> file)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(file.Span[12..]);
        if (count != Tags.Length) throw new ModelFileException($"Expected {Tags.Length} sections, found {count}.");

        var sections = new ReadOnlyMemory<byte>[count];
        long start = HeaderLength + (EntryLength * count);
        for (var i = 0; i < count; i++)
        {
            var entry = file.Span.Slice(HeaderLength + (EntryLength * i), EntryLength);
            var tag = Encoding.ASCII.GetString(entry[..4]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(entry[4..]);
            if (tag != Tags[i]) throw new ModelFileException($"Expected section '{Tags[i]}', found '{tag}'.");
            if (length < 0 || start + length > file.Length - SHA256.HashSizeInBytes)
            {
                throw new ModelFileException(
                    $"Expected section '{tag}' to end inside the file, found a length of {length} bytes.");
            }

            sections[i] = file.Slice((int)start, length);
            start += length;
        }

        return sections;
    }

    private static T FromJson<T>(ReadOnlyMemory<byte> json, Func<JsonFields, T> read)
        where T : class
    {
        try
        {
            return JsonFields.Read(json, read);
        }
        catch (JsonException e)
        {
            throw new ModelFileException($"Expected a {typeof(T).Name}, found other JSON: {e.Message}", e);
        }
    }

    /// <returns>Null if the section is empty: the scorer is not calibrated.</returns>
    private static Calibrator? ReadCalibrator(ReadOnlySpan<byte> section, ModelTask task)
    {
        if (section.IsEmpty) return null;
        try
        {
            var calibrator = Calibrator.Load(section);
            return calibrator.Task == task ? calibrator : throw new ModelFileException(
                $"Expected a calibrator for {task.ToString().ToLowerInvariant()}, as the signature has it, "
                + $"found one named '{calibrator.Name}'.");
        }
        catch (InvalidDataException e)
        {
            throw new ModelFileException($"The calibrator cannot be read: {e.Message}", e);
        }
    }

    private static Scorer ReadScorer(ReadOnlyMemory<byte> section, IReadOnlyList<ITrainer> trainers)
    {
        var reader = new PayloadReader(section.Span);
        try
        {
            var name = reader.ReadString();
            var trainer = trainers.FirstOrDefault(t => t.Name == name) ?? throw new ModelFileException(
                $"Expected a model of one of {string.Join(", ", trainers.Select(t => $"'{t.Name}'"))}, "
                + $"found one of '{name}'.");
            return trainer.Load(section[^reader.Left..]);
        }
        catch (InvalidDataException e)
        {
            throw new ModelFileException($"The scorer cannot be read: {e.Message}", e);
        }
    }
}

/// <param name="Scorer">A <see cref="CalibratedScorer"/> if the model has a calibrator.</param>
/// <param name="Hash">SHA-256 of the file, lower-case hex.</param>
public sealed record LoadedModel(Signature Signature, ReferenceProfile Profile, Scorer Scorer, string Hash)
{
    /// <summary>Length of the file; 0 if the model was not read from one.</summary>
    public long FileBytes { get; init; }
}
