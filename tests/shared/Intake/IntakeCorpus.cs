namespace Serverless.Tests.Intake;

/// <summary>
/// Files as teams export them, made from seeds, each with the truth about its columns. Nothing here uses the product.
/// A new family is one more list.
/// </summary>
internal static class IntakeCorpus
{
    public static IReadOnlyList<IntakeFile> Files { get; } =
    [
        .. GermanExports.Files(),
        .. FrenchExports.Files(),
        .. NordicExports.Files(),
        .. SwissExports.Files(),
        .. SouthernExports.Files(),
        .. EnglishExports.Files(),
        .. SapExports.Files(),
        .. SqlExports.Files(),
        .. PandasExports.Files(),
        .. OnlineExports.Files(),
        .. TimeExports.Files(),
        .. CellExports.Files(),
        .. LabelExports.Files(),
        .. LayoutExports.Files(),
        .. CodeExports.Files(),
        .. AmbiguousExports.Files(),
        .. WorkbookExports.Files(),
    ];

    private static readonly Lazy<Task<IReadOnlyList<IntakeFile>>> _all = new(MakeAsync);

    /// <summary>The names of all files, which are known before the Parquet files are written.</summary>
    public static IEnumerable<string> Names => [.. Files.Select(f => f.Name), .. ParquetExports.Names];

    /// <summary>All files, those in Parquet too.</summary>
    public static Task<IReadOnlyList<IntakeFile>> AllAsync() => _all.Value;

    private static async Task<IReadOnlyList<IntakeFile>> MakeAsync() =>
        [.. Files, .. await ParquetExports.FilesAsync()];
}
