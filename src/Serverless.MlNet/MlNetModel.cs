using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>
/// The saved form of a model: the .zip that <c>MLContext.Model.Save</c> writes, which any program with Microsoft.ML can
/// open, plus an entry that maps slots to its features.
/// </summary>
internal sealed record MlNetModel
{
    private const string OwnEntry = "Serverless/Columns";

    /// <summary>A fixed entry time: with the time of writing, the same model would never give the same bytes.</summary>
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public required ModelTask Task { get; init; }

    public required ITransformer Transformer { get; init; }

    public required FeatureColumns Columns { get; init; }

    /// <summary>The label was trained in deviations from its mean; 0 and 1 for classes.</summary>
    public double LabelMean { get; init; }

    public double LabelDeviation { get; init; } = 1;

    public required double[] SlotImportance { get; init; }

    public void Save(Stream destination)
    {
        // An archive's offsets count from the start of its stream, and the destination may already hold something.
        using var archive = new MemoryStream();
        using (var to = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            CopyModel(to);
            using var own = Create(to, OwnEntry);
            using var writer = new BinaryWriter(own, Encoding.UTF8);
            writer.Write((int)Task);
            Columns.Save(writer);
            writer.WriteArray<double>([LabelMean, LabelDeviation]);
            writer.WriteArray<double>(SlotImportance);
        }

        archive.WriteTo(destination);
    }

    /// <exception cref="InvalidDataException">The payload is not such a model.</exception>
    public static MlNetModel Load(ReadOnlyMemory<byte> payload)
    {
        using var stream = new MemoryStream(payload.ToArray(), writable: false);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var entry = archive.GetEntry(OwnEntry)
            ?? throw new InvalidDataException($"Expected an entry '{OwnEntry}', found none.");
        using var content = entry.Open();
        using var own = new MemoryStream();
        content.CopyTo(own);
        var reader = new PayloadReader(own.GetBuffer().AsSpan(0, (int)own.Length));

        var task = reader.ReadInt32();
        if (!Enum.IsDefined((ModelTask)task)) throw new InvalidDataException($"Expected a task, found {task}.");
        var columns = FeatureColumns.Load(ref reader);
        var label = reader.ReadArray<double>();
        if (label.Length != 2)
        {
            throw new InvalidDataException($"Expected the label's mean and deviation, found {label.Length} numbers.");
        }

        var importance = reader.ReadArray<double>();
        reader.ExpectEnd();

        return new MlNetModel
        {
            Task = (ModelTask)task,
            Transformer = LoadTransformer(stream),
            Columns = columns,
            LabelMean = label[0],
            LabelDeviation = label[1],
            SlotImportance = importance,
        };
    }

    private static ITransformer LoadTransformer(Stream stream)
    {
        stream.Position = 0;
        try
        {
            return new MLContext().Model.Load(stream, out _);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"Microsoft.ML cannot load the model: {e.Message}", e);
        }
    }

    private void CopyModel(ZipArchive to)
    {
        using var written = new MemoryStream();
        new MLContext().Model.Save(Transformer, FeatureSchema.Of(Columns), written);
        using var from = new ZipArchive(written, ZipArchiveMode.Read);
        foreach (var entry in from.Entries)
        {
            using var content = entry.Open();
            using var copy = Create(to, entry.FullName);
            content.CopyTo(copy);
        }
    }

    private static Stream Create(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = EntryTime;
        return entry.Open();
    }
}
