namespace Serverless.Core.Data;

/// <summary>The accepted rows of one dropped file, as data versions name them.</summary>
public sealed record DataPart
{
    /// <summary>Name of the dropped file's blob.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the dropped file, lower-case hex.</summary>
    public required string SourceHash { get; init; }

    /// <summary>See <see cref="Serverless.Learning.Definition.IntakeDefinition.HashOf"/>.</summary>
    public required string Intake { get; init; }

    /// <summary>Name of the blob with the accepted rows, which is written once.</summary>
    public required string Blob { get; init; }

    /// <summary>Size of the blob.</summary>
    public required long Bytes { get; init; }

    /// <summary>Accepted rows.</summary>
    public required long Rows { get; init; }

    public required long BadRows { get; init; }

    /// <summary>Oldest value of the time column; null without one.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Newest value of the time column; null without one.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why the file is of no use under an edited model.json; null if it is read by this intake.</summary>
    public PartRefusal? Refused { get; init; }

    /// <summary>The file's path below the model's folder of dropped files, for messages.</summary>
    public string FileOf(string model) => Source[Storage.BlobPaths.DatasetsOf(model).Length..];

    /// <summary>Identifies the content of a file and how it was read.</summary>
    public static string Key(string sourceHash, string intake) => $"{sourceHash}-{intake[..8]}";
}

/// <param name="Intake">The intake under which the file was refused.</param>
public sealed record PartRefusal(string Intake, string Reason);
