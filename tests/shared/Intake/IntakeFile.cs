using System.IO.Compression;

namespace Serverless.Tests.Intake;

internal enum IntakeTask { Regression, Binary, Multiclass }

/// <summary>What a person would say a column holds.</summary>
internal enum IntakeKind { Number, Moment, Boolean, Category, Text }

internal enum IntakeRole
{
    /// <summary>Its values must be in the table.</summary>
    Feature,

    /// <summary>May be left out, as free text or a counter; where it is in the table, its values are right.</summary>
    Optional,

    /// <summary>An id, which must not be learned from.</summary>
    NoFeature,

    Label,
}

internal enum RowState
{
    Good,

    /// <summary>Has a typo in a feature: the row is left out, or the cell counts as missing.</summary>
    BadCell,

    /// <summary>Has no label that can be used: the row must be left out.</summary>
    NoLabel,
}

/// <summary>A column of a made file, and the truth about it.</summary>
/// <param name="Values">
/// One per row of the file: double, DateTime (UTC), bool or string; null where it is missing or a typo.
/// </param>
internal sealed record IntakeColumn(string Name, IntakeKind Kind, IntakeRole Role, IReadOnlyList<object?> Values)
{
    /// <summary>Other kinds that are as good, such as numbers for flags of 0 and 1.</summary>
    public IReadOnlyList<IntakeKind> OtherKinds { get; init; } = [];

    /// <summary>Other values that are as good for all rows together, such as 0.125 for 12.5%.</summary>
    public IReadOnlyList<object?>? OtherValues { get; init; }

    /// <summary>
    /// Nothing in the file decides between the two readings: either may be taken, and the column's reason must have
    /// the word 'ambiguous'.
    /// </summary>
    public bool Ambiguous { get; init; }

    /// <summary>
    /// The column's own cells do not decide between the two readings, but other columns may: only the other values
    /// need the word 'ambiguous'.
    /// </summary>
    public bool OtherIsTold { get; init; }

    /// <summary>Needs all digits of a double; others are compared as floats.</summary>
    public bool Exact { get; init; }
}

/// <summary>A file as a team would drop it, and the truth about it.</summary>
/// <param name="Name">Family and file name, such as <c>german/umsatz.csv</c>.</param>
/// <param name="Tasks">Usually one; several where each is as good.</param>
internal sealed record IntakeFile(
    string Name,
    byte[] Bytes,
    IReadOnlyList<IntakeTask> Tasks,
    IReadOnlyList<IntakeColumn> Columns,
    IReadOnlyList<RowState> Rows)
{
    public string Family => Name[..Name.IndexOf('/', StringComparison.Ordinal)];

    public string Label => Columns.Single(c => c.Role == IntakeRole.Label).Name;

    public override string ToString() => Name;

    public IntakeFile Gzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Bytes);
        return this with { Name = Name + ".gz", Bytes = packed.ToArray() };
    }

    /// <summary>A zip archive with this file alone.</summary>
    public IntakeFile Zip()
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = archive.CreateEntry(Path.GetFileName(Name));
            entry.LastWriteTime = new DateTimeOffset(2025, 1, 31, 0, 0, 0, TimeSpan.Zero);
            using var content = entry.Open();
            content.Write(Bytes);
        }

        return this with { Name = Path.ChangeExtension(Name, ".zip"), Bytes = packed.ToArray() };
    }
}
